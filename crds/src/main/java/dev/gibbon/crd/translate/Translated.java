package dev.gibbon.crd.translate;

import java.util.List;

/** What became of a custom resource: an entity, or all that is wrong with it. */
public sealed interface Translated<T> {

    /** The resource keeps all rules. */
    record Valid<T>(T entity) implements Translated<T> {}

    /**
     * The resource breaks rules, and has no effect.
     *
     * @param violations at least one
     */
    record Invalid<T>(List<FieldViolation> violations) implements Translated<T> {
        public Invalid {
            violations = List.copyOf(violations);
            if (violations.isEmpty()) {
                throw new IllegalArgumentException("violations: none (expected: at least 1)");
            }
        }
    }
}
