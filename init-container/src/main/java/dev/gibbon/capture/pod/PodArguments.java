package dev.gibbon.capture.pod;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The arguments of the capture container, e.g. {@code apply --outbound-port 15001 --inbound-port
 * 15006 --gid 1337 --exclude-inbound-ports 9090,9100-9110}.
 *
 * @param verb what to do
 * @param options what was given, unread
 */
record PodArguments(Verb verb, Map<Option, String> options) {

    /** What to do. */
    enum Verb {
        APPLY,
        VERIFY,
        PRINT,
        REMOVE
    }

    /** What may be given, each with a value behind it. */
    enum Option {
        OUTBOUND_PORT,
        INBOUND_PORT,
        GID,
        EXCLUDE_INBOUND_PORTS,
        EXCLUDE_INBOUND_CIDRS,
        EXCLUDE_OUTBOUND_PORTS,
        EXCLUDE_OUTBOUND_CIDRS,
        EXCLUDE_OUTBOUND_UIDS,
        BACKEND;

        String text() {
            return "--" + words(this).replace('_', '-');
        }
    }

    /**
     * Reads the words of a command line.
     *
     * @throws IllegalArgumentException when they make no sense; the message is one line
     */
    static PodArguments parse(List<String> words) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException(
                    "no command (expected: " + listOf(Verb.values()) + ")");
        }
        Verb verb =
                Arrays.stream(Verb.values())
                        .filter(candidate -> words(candidate).equals(words.getFirst()))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "command "
                                                + Quoted.of(words.getFirst())
                                                + " (expected: "
                                                + listOf(Verb.values())
                                                + ")"));
        Map<Option, String> options = new EnumMap<>(Option.class);
        for (int i = 1; i < words.size(); i += 2) {
            Option option = option(words.get(i));
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException(
                        option.text() + " is the last word (expected: a value behind it)");
            }
            if (options.put(option, words.get(i + 1)) != null) {
                throw new IllegalArgumentException(
                        option.text() + " is given twice (expected: once)");
            }
        }
        if (verb == Verb.REMOVE && !options.isEmpty()) {
            throw new IllegalArgumentException("remove removes everything (expected: no options)");
        }
        return new PodArguments(verb, options);
    }

    private static Option option(String word) {
        return Arrays.stream(Option.values())
                .filter(option -> option.text().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "option "
                                        + Quoted.of(word)
                                        + " (expected: "
                                        + Arrays.stream(Option.values())
                                                .map(Option::text)
                                                .collect(Collectors.joining(", "))
                                        + ")"));
    }

    /**
     * What is to be captured, in these families.
     *
     * @throws IllegalArgumentException when a value is wrong; the message is one line
     */
    PodCaptureSpec spec(Set<Family> families) {
        return new PodCaptureSpec(
                port(Option.OUTBOUND_PORT, "15001"),
                port(Option.INBOUND_PORT, "15006"),
                number(Option.GID, "1337"),
                new Exclusions(
                        list(Option.EXCLUDE_INBOUND_PORTS, PortRange::parse),
                        list(Option.EXCLUDE_INBOUND_CIDRS, Cidr::parse),
                        list(Option.EXCLUDE_OUTBOUND_PORTS, PortRange::parse),
                        list(Option.EXCLUDE_OUTBOUND_CIDRS, Cidr::parse),
                        list(Option.EXCLUDE_OUTBOUND_UIDS, text -> number("uid", text))),
                families);
    }

    Backend backend() {
        return named(Option.BACKEND, options.getOrDefault(Option.BACKEND, "auto"), Backend::parse);
    }

    private int port(Option option, String byDefault) {
        String text = options.getOrDefault(option, byDefault);
        if (!text.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    option.text() + " " + Quoted.of(text) + " (expected: 1-65535)");
        }
        return Integer.parseInt(text);
    }

    private long number(Option option, String byDefault) {
        return number(option.text(), options.getOrDefault(option, byDefault));
    }

    private static long number(String what, String text) {
        // Ten digits: every id of a user or group, and no overflow.
        if (!text.matches("[0-9]{1,10}")) {
            throw new IllegalArgumentException(
                    what + " " + Quoted.of(text) + " (expected: a number)");
        }
        return Long.parseLong(text);
    }

    private <T> List<T> list(Option option, Function<String, T> reader) {
        String text = options.getOrDefault(option, "");
        if (text.isEmpty()) {
            return List.of();
        }
        return Stream.of(text.split(",", -1))
                .map(part -> named(option, part.strip(), reader))
                .toList();
    }

    private static <T> T named(Option option, String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException mistake) {
            throw new IllegalArgumentException(
                    option.text() + ": " + mistake.getMessage(), mistake);
        }
    }

    private static String listOf(Enum<?>[] values) {
        return Arrays.stream(values).map(PodArguments::words).collect(Collectors.joining(", "));
    }

    private static String words(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT);
    }
}
