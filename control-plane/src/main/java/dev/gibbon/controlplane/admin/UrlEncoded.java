package dev.gibbon.controlplane.admin;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Arguments in the form {@code application/x-www-form-urlencoded}: of a query or a body. */
final class UrlEncoded {
    /** As many as Kong reads. */
    static final int MAX_ARGUMENTS = 100;

    private UrlEncoded() {}

    /** One argument, decoded. */
    record Argument(String name, String value) {}

    /** The arguments in their order; empty when there are more than {@link #MAX_ARGUMENTS}. */
    static Optional<List<Argument>> read(String text) {
        List<Argument> arguments = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int and = text.indexOf('&', start);
            int end = and < 0 ? text.length() : and;
            if (end > start) {
                if (arguments.size() == MAX_ARGUMENTS) {
                    return Optional.empty();
                }
                arguments.add(argument(text.substring(start, end)));
            }
            start = end + 1;
        }
        return Optional.of(arguments);
    }

    private static Argument argument(String text) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new Argument(decode(text), "")
                : new Argument(
                        decode(text.substring(0, equals)), decode(text.substring(equals + 1)));
    }

    /** The text that was encoded; a text that is no encoding stays as it is. */
    static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** A segment of a path, decoded: there a plus sign is a plus sign. */
    static String decodeSegment(String text) {
        return decode(text.replace("+", "%2B"));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
