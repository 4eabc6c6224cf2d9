package dev.gibbon.operator.inject;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a sidecar is given of its node. The init container gets the same, so that it does not raise
 * what the pod asks for.
 *
 * @param cpuRequest cores, e.g. {@code 50m}
 * @param cpuLimit null for none
 * @param memoryRequest bytes, e.g. {@code 96Mi}
 * @param memoryLimit not less than the request, and at least 64Mi: what a sidecar takes to start
 */
public record SidecarResources(
        String cpuRequest, @Nullable String cpuLimit, String memoryRequest, String memoryLimit) {

    /** A limit below is a mistake: no sidecar starts with it. */
    static final Quantity LEAST_MEMORY = Quantity.memory("64Mi").orElseThrow();

    /** What a sidecar gets when nobody says otherwise. */
    public static final SidecarResources DEFAULT =
            new SidecarResources("50m", null, "96Mi", "256Mi");

    /**
     * @throws IllegalArgumentException when a text is no amount, or a limit is less than its
     *     request
     */
    public SidecarResources {
        Quantity cpu = required("cpuRequest", Quantity.cpu(cpuRequest), cpuRequest);
        if (cpuLimit != null) {
            ordered("cpuLimit", cpu, required("cpuLimit", Quantity.cpu(cpuLimit), cpuLimit));
        }
        Quantity most = required("memoryLimit", Quantity.memory(memoryLimit), memoryLimit);
        ordered(
                "memoryLimit",
                required("memoryRequest", Quantity.memory(memoryRequest), memoryRequest),
                most);
        if (most.compareTo(LEAST_MEMORY) < 0) {
            throw new IllegalArgumentException(
                    "memoryLimit: " + most + " (expected: at least " + LEAST_MEMORY + ")");
        }
    }

    private static Quantity required(String field, Optional<Quantity> quantity, String text) {
        return quantity.orElseThrow(() ->
                new IllegalArgumentException(
                        field + ": " + Quoted.of(text) + " (expected: e.g. 250m or 96Mi)"));
    }

    private static void ordered(String field, Quantity request, Quantity limit) {
        if (limit.compareTo(request) < 0) {
            throw new IllegalArgumentException(
                    field
                            + ": "
                            + limit
                            + " (expected: not less than the request, "
                            + request
                            + ")");
        }
    }
}
