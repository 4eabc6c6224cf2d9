package dev.gibbon.operator.config;

/**
 * An entry of a Secret that a MeshService refers to.
 *
 * @param namespace the MeshService's own
 */
public record SecretRef(String namespace, String name, String key) {}
