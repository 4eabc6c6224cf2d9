package dev.gibbon.core.rule;

/** What a rule asks of a request's path (without the query string). */
public sealed interface PathMatch {

    /** Any path. */
    record Any() implements PathMatch {}

    /** Paths that start with these characters; {@code /foo} takes {@code /foobar}, as in Kong. */
    record Prefix(String prefix) implements PathMatch {}

    /** Paths whose start matches this expression in RE2 syntax. */
    record Regex(String pattern) implements PathMatch {}
}
