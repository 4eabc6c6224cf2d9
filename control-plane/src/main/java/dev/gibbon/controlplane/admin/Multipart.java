package dev.gibbon.controlplane.admin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the named parts of {@code multipart/form-data} (RFC 7578); files are texts like others. */
final class Multipart {
    private static final Pattern BOUNDARY =
            Pattern.compile("(?i);\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))");
    private static final Pattern NAME =
            Pattern.compile(
                    "(?im)^content-disposition:\\s*form-data\\b[^\\r\\n]*?;\\s*name=\"([^\"\\r\\n]*)\"");

    private Multipart() {}

    /** The parts in their order; empty when the body is malformed. */
    static Optional<List<UrlEncoded.Argument>> read(String contentType, byte[] body) {
        Matcher parameter = BOUNDARY.matcher(contentType);
        if (!parameter.find()) {
            return Optional.empty();
        }
        String boundary =
                "--" + (parameter.group(1) == null ? parameter.group(2) : parameter.group(1));
        // One char for each byte, so that positions are those of the bytes.
        String text = new String(body, StandardCharsets.ISO_8859_1);
        List<UrlEncoded.Argument> parts = new ArrayList<>();
        int at = text.indexOf(boundary);
        while (at >= 0) {
            int start = at + boundary.length();
            if (text.startsWith("--", start)) {
                return Optional.of(parts);
            }
            int end = text.indexOf("\r\n" + boundary, start);
            int headersEnd = text.indexOf("\r\n\r\n", start);
            if (end < 0 || headersEnd < 0 || headersEnd + 2 > end) {
                return Optional.empty();
            }
            Matcher name = NAME.matcher(text.substring(start, headersEnd));
            if (!name.find() || parts.size() > UrlEncoded.MAX_ARGUMENTS) {
                return Optional.empty();
            }
            parts.add(
                    new UrlEncoded.Argument(
                            utf8(name.group(1)),
                            utf8(text.substring(Math.min(headersEnd + 4, end), end))));
            at = end + 2;
        }
        return Optional.empty();
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
