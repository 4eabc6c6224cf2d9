package dev.gibbon.core.schema;

/**
 * One thing that is wrong with a document.
 *
 * @param path where: a field ({@code host}), a position counted from 1 ({@code protocols.1}), a
 *     field in a record ({@code sources.1.ip}), or {@link #ENTITY} for a rule over several fields
 * @param message what was expected, e.g. {@code required field missing}
 */
public record Violation(String path, String message) {

    /** The path of rules that concern more than one field. */
    public static final String ENTITY = "@entity";

    /** A violation of a rule over several fields. */
    public static Violation ofEntity(String message) {
        return new Violation(ENTITY, message);
    }
}
