package dev.gibbon.operator.discovery;

import dev.gibbon.core.setting.MeshMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What matters of a Namespace.
 *
 * @param ending whether it is being deleted, so that nothing can be made in it
 * @param mode from the annotation {@code gibbon.dev/mesh}; null without a valid one
 */
public record NamespaceFact(
        String name, Map<String, String> labels, boolean ending, @Nullable MeshMode mode) {
    public NamespaceFact {
        labels = Map.copyOf(labels);
    }

    /** Whether it is labelled {@code gibbon.dev/inject: enabled}. */
    public boolean injected() {
        return "enabled".equals(labels.get(FactReader.INJECT));
    }
}
