package dev.gibbon.operator.discovery;

import dev.gibbon.core.setting.MeshMode;
import org.jspecify.annotations.Nullable;

/**
 * What matters of a Namespace.
 *
 * @param injected whether it is labelled {@code gibbon.dev/inject: enabled}
 * @param ending whether it is being deleted, so that nothing can be made in it
 * @param mode from the annotation {@code gibbon.dev/mesh}; null without a valid one
 */
public record NamespaceFact(
        String name, boolean injected, boolean ending, @Nullable MeshMode mode) {}
