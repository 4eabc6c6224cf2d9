package dev.gibbon.operator.discovery;

import org.jspecify.annotations.Nullable;

/**
 * What matters of a Node.
 *
 * @param zone from the label {@code topology.kubernetes.io/zone}; null without one
 */
public record NodeFact(String name, @Nullable String zone) {}
