package dev.gibbon.core.schema;

import java.util.List;

/** What became of a document: an entity, or all that is wrong with it. */
public sealed interface Validated<T> {

    /** The document is an entity. */
    record Valid<T>(T value) implements Validated<T> {}

    /**
     * The document is none.
     *
     * @param violations at least one
     */
    record Invalid<T>(List<Violation> violations) implements Validated<T> {

        public Invalid {
            violations = List.copyOf(violations);
            if (violations.isEmpty()) {
                throw new IllegalArgumentException("violations: none (expected: at least 1)");
            }
        }
    }
}
