package dev.gibbon.operator.unmeshed;

import dev.gibbon.operator.inject.PodMeshing.Missing;
import java.util.Optional;

/**
 * A pod without a sidecar, and what is wrong with that. Labels of its namespace change without it;
 * so it holds the answer for either case.
 *
 * @param labelled if its namespace is labelled for injection
 * @param otherwise if it is not
 */
public record UnmeshedPod(
        String namespace,
        String name,
        String uid,
        Optional<Missing> labelled,
        Optional<Missing> otherwise) {

    /** Its name, e.g. {@code shop/service-b-7f9c}. */
    public String fullName() {
        return namespace + "/" + name;
    }
}
