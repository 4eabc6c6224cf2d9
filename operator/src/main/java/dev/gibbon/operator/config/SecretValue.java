package dev.gibbon.operator.config;

/** What is in an entry of a Secret. */
public sealed interface SecretValue {
    /** Certificates in PEM; public, for certificates of authorities are. */
    record Certificates(String pem) implements SecretValue {}

    /**
     * Nothing that can be used.
     *
     * @param reason e.g. {@code SecretNotFound}
     */
    record Unusable(String reason, String message) implements SecretValue {}

    /** It was not looked at yet. */
    record Pending() implements SecretValue {}
}
