package dev.gibbon.operator.replica;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/**
 * What one replica says of its sidecars.
 *
 * @param roots a fingerprint of the trust bundle that it publishes; empty text before the first
 * @param trusting how many of its sidecars have acknowledged that bundle
 * @param connected sidecars that are connected to it, by namespace
 * @param starting those of them whose pods are not ready, by namespace
 * @param objects what it knows of each MeshService and MeshRoute, by the object's key
 */
public record ReplicaReport(
        @JsonProperty(value = "roots", required = true) String roots,
        @JsonProperty(value = "trusting", required = true) int trusting,
        @JsonProperty(value = "connected", required = true) Map<String, Integer> connected,
        @JsonProperty(value = "starting", required = true) Map<String, Integer> starting,
        @JsonProperty(value = "objects", required = true) Map<String, Mark> objects) {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    // A newer replica may say more, during an upgrade.
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    public ReplicaReport {
        connected = Map.copyOf(connected);
        starting = Map.copyOf(starting);
        objects = Map.copyOf(objects);
    }

    /**
     * An object as a replica has it.
     *
     * @param fingerprint of the object as it is; two replicas with the same have the same
     * @param have how many sidecars have acknowledged it so
     */
    public record Mark(
            @JsonProperty(value = "fingerprint", required = true) String fingerprint,
            @JsonProperty(value = "have", required = true) int have) {}

    /** How many of its sidecars are in a namespace, or in any. */
    public int connected(Optional<String> namespace) {
        return namespace.isPresent()
                ? connected.getOrDefault(namespace.get(), 0)
                : connected.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** As JSON. */
    public byte[] encode() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (IOException e) {
            throw new UncheckedIOException("a report is numbers and texts", e);
        }
    }

    /**
     * Reads one.
     *
     * @throws IOException when it is none
     */
    public static ReplicaReport decode(byte[] json) throws IOException {
        try {
            ReplicaReport report = JSON.readValue(json, ReplicaReport.class);
            if (report == null) {
                throw new IOException("replica's report: null (expected: an object)");
            }
            return report;
        } catch (RuntimeException e) {
            throw new IOException("replica's report: unreadable", e);
        }
    }
}
