package dev.gibbon.crd.translate;

/**
 * One thing that is wrong with a custom resource.
 *
 * @param field where, as Kubernetes writes it, e.g. {@code spec.hosts[0]}; {@code spec} for a rule
 *     over several fields
 * @param message what was expected
 */
public record FieldViolation(String field, String message) {

    @Override
    public String toString() {
        return field + ": " + message;
    }
}
