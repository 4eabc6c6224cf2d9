package dev.gibbon.operator.config;

import dev.gibbon.core.entity.ClientCertificate;

/** What is in a Secret. */
public sealed interface SecretValue {
    /** Certificates in PEM; public, for certificates of authorities are. */
    record Certificates(String pem) implements SecretValue {}

    /** A certificate and its private key, which fit together and hold now. */
    record KeyPair(ClientCertificate certificate) implements SecretValue {}

    /**
     * Nothing that can be used.
     *
     * @param reason e.g. {@code SecretNotFound}
     * @param message for people; holds nothing of what is in the Secret
     */
    record Unusable(String reason, String message) implements SecretValue {}

    /** It was not looked at yet. */
    record Pending() implements SecretValue {}
}
