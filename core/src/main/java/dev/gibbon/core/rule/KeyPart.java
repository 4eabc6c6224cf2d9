package dev.gibbon.core.rule;

import java.util.List;
import java.util.Optional;

/**
 * One fixed-width part of the sort keys that {@link RouteCompiler} makes. The parts follow one
 * another in the order of the precedence, so that comparing keys as strings compares part by part.
 */
public enum KeyPart {
    /** {@code h} for requests, {@code s} for connections: the two never compete. */
    SUBSYSTEM(1),
    /** A Route with a parent, then one without. */
    PARENT(1),
    /**
     * How many kinds of attributes the Route defines, more first; then which, larger bits first.
     */
    ATTRIBUTES(2),
    /** A plain host, then one with a wildcard. */
    HOST(1),
    /** How many headers are named, more first. */
    HEADERS(2),
    /**
     * A regular expression, those of higher priority first; then a plain path, longer ones first.
     */
    PATH(9),
    /** A Route whose protocols contain the scheme, then one whose do not. */
    SCHEME(1),
    /** How exactly the source is given. */
    SOURCE(3),
    /** How exactly the destination is given. */
    DESTINATION(3),
    /** A Route that ends TLS, then one that leaves the bytes alone. */
    BYTES(1),
    /** Older first. */
    CREATED_AT(12),
    /** The Route's id, as text. */
    ID(36),
    /** The place in the product of the Route's lists, and the scheme. */
    POSITION(9);

    /** The parts of a key for requests, in order. */
    static final List<KeyPart> HTTP =
            List.of(
                    SUBSYSTEM,
                    PARENT,
                    ATTRIBUTES,
                    HOST,
                    HEADERS,
                    PATH,
                    SCHEME,
                    CREATED_AT,
                    ID,
                    POSITION);

    /** The parts of a key for connections, in order. */
    static final List<KeyPart> STREAM =
            List.of(
                    SUBSYSTEM,
                    PARENT,
                    ATTRIBUTES,
                    SOURCE,
                    DESTINATION,
                    BYTES,
                    CREATED_AT,
                    ID,
                    POSITION);

    private final int width;

    KeyPart(int width) {
        this.width = width;
    }

    /** How many characters the part has in a key. */
    public int width() {
        return width;
    }

    /**
     * The part of two keys that decides between them: the first in which they differ.
     *
     * @return empty when they are equal, or one is not a key that {@link RouteCompiler} makes
     */
    public static Optional<KeyPart> deciding(String first, String second) {
        if (!isKey(first) || !isKey(second)) {
            return Optional.empty();
        }
        int start = 0;
        for (KeyPart part : parts(first)) {
            int end = start + part.width;
            if (!first.regionMatches(start, second, start, part.width)) {
                return Optional.of(part);
            }
            start = end;
        }
        return Optional.empty();
    }

    /**
     * What a key holds of this part.
     *
     * @return empty when the key has no such part
     */
    public Optional<String> of(String key) {
        if (!isKey(key)) {
            return Optional.empty();
        }
        int start = 0;
        for (KeyPart part : parts(key)) {
            if (part == this) {
                return Optional.of(key.substring(start, start + width));
            }
            start += part.width;
        }
        return Optional.empty();
    }

    private static boolean isKey(String key) {
        return (key.startsWith("h") || key.startsWith("s"))
                && key.length() == parts(key).stream().mapToInt(KeyPart::width).sum();
    }

    private static List<KeyPart> parts(String key) {
        return key.startsWith("h") ? HTTP : STREAM;
    }
}
