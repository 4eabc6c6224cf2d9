package dev.gibbon.crd.translate;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which object an entity stands for.
 *
 * @param createdAt seconds since the epoch, at least 1; 1 for an object that was not created yet
 */
record ResourceName(String namespace, String name, long createdAt) {

    static ResourceName of(HasMetadata resource) {
        var metadata = resource.getMetadata();
        String namespace = metadata.getNamespace();
        return new ResourceName(
                namespace == null ? "default" : namespace,
                String.valueOf(metadata.getName()),
                seconds(metadata.getCreationTimestamp()));
    }

    private static long seconds(@Nullable String timestamp) {
        if (timestamp == null) {
            return 1;
        }
        try {
            return Math.max(1, Instant.parse(timestamp).getEpochSecond());
        } catch (DateTimeParseException _) {
            return 1;
        }
    }

    /** The name that people see, e.g. {@code shop/checkout}. */
    String text() {
        return namespace + "/" + name;
    }

    /** In the documents of the Admin API a null is not the same as nothing. */
    static void putUnlessNull(
            Map<String, @Nullable Object> document, String field, @Nullable Object value) {
        if (value != null) {
            document.put(field, value);
        }
    }
}
