package dev.gibbon.core.rule;

/** What a rule asks of a request's host. Hosts are compared in lower case, without port. */
public sealed interface HostMatch {

    /** Any host. */
    record Any() implements HostMatch {}

    /** This host and no other, e.g. {@code example.com}. */
    record Exact(String host) implements HostMatch {}

    /**
     * Hosts that end so and have at least one character in front, e.g. {@code .example.com} of
     * {@code *.example.com}.
     */
    record Suffix(String suffix) implements HostMatch {}

    /**
     * Hosts that start so and have at least one character behind, e.g. {@code example.} of {@code
     * example.*}.
     */
    record Prefix(String prefix) implements HostMatch {}
}
