package dev.gibbon.operator.config;

/** What a MeshService refers to in a Secret of its own namespace. */
public sealed interface SecretRef {
    /** The MeshService's own. */
    String namespace();

    /** The Secret's. */
    String name();

    /** Certificates under one key. */
    record Authorities(String namespace, String name, String key) implements SecretRef {}

    /** A certificate and its private key, of a Secret of type {@code kubernetes.io/tls}. */
    record KeyPair(String namespace, String name) implements SecretRef {}
}
