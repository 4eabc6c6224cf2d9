package dev.gibbon.core.schema;

import java.util.Map;

/**
 * The type of a field. Needed where a document comes from a source that knows only texts (a form)
 * and the texts must become numbers, booleans and lists first.
 */
public sealed interface FieldType {

    /** Text. */
    record Text() implements FieldType {}

    /** A whole number. */
    record Whole() implements FieldType {}

    /** True or false. */
    record Flag() implements FieldType {}

    /** A list, in Kong's words an array or a set. */
    record ListOf(FieldType element) implements FieldType {}

    /** Named fields of their own. */
    record Fields(Map<String, FieldType> fields) implements FieldType {

        public Fields {
            fields = Map.copyOf(fields);
        }
    }
}
