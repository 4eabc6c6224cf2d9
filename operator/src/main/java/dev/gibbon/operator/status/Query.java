package dev.gibbon.operator.status;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The arguments of a query string; of several with one name the first. */
final class Query {
    /** Longer than any name, host and path that make sense together. */
    private static final int MAX_LENGTH = 8 << 10;

    private final Map<String, String> arguments;

    private Query(Map<String, String> arguments) {
        this.arguments = arguments;
    }

    /**
     * Reads one.
     *
     * @param raw as it was sent, without the question mark
     */
    static Query parse(String raw) throws BadQuestion {
        if (raw.length() > MAX_LENGTH) {
            throw BadQuestion.unreadable(
                    "query: "
                            + raw.length()
                            + " characters (expected: at most "
                            + MAX_LENGTH
                            + ")");
        }
        Map<String, String> arguments = new HashMap<>();
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                arguments.putIfAbsent(
                        pair.substring(0, equals), decoded(pair.substring(equals + 1)));
            }
        }
        return new Query(arguments);
    }

    private static String decoded(String text) throws BadQuestion {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw BadQuestion.unreadable("query: an escape that is none (expected: %xx)");
        }
    }

    Optional<String> argument(String name) {
        return Optional.ofNullable(arguments.get(name));
    }

    String required(String name) throws BadQuestion {
        String value = arguments.get(name);
        if (value == null || value.isEmpty()) {
            throw BadQuestion.unreadable(name + ": none (expected: ?" + name + "=...)");
        }
        return value;
    }
}
