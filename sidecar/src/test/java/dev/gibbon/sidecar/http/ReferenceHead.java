package dev.gibbon.sidecar.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second reading of a request's head, written from the grammar of RFC 9112 as regular expressions
 * over the whole head, without regard to speed.
 */
record ReferenceHead(
        String method, String target, String version, List<String> fields, String framing) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern HEAD =
            Pattern.compile(
                    "(?:\r\n)?("
                            + TOKEN
                            + ") ([!-~&&[^#]]+) (HTTP/1\\.[01])\r\n((?:"
                            + TOKEN
                            + ":[\t -~\\x80-\\xff]*\r\n)*)\r\n");
    private static final Pattern HOST =
            Pattern.compile(
                    "((?:[A-Za-z0-9_-]+\\.)*[A-Za-z0-9_-]+\\.?|\\[[0-9A-Fa-f:.]+])(?::([0-9]{1,5}))?");

    /** Empty when the head is to be refused. */
    static Optional<ReferenceHead> parse(byte[] bytes) {
        Matcher head = HEAD.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        if (!head.matches()) {
            return Optional.empty();
        }
        String method = head.group(1);
        String target = head.group(2);
        boolean http10 = head.group(3).endsWith("0");
        List<String> fields = new ArrayList<>();
        List<String> hosts = new ArrayList<>();
        List<String> lengths = new ArrayList<>();
        List<String> codings = new ArrayList<>();
        for (String line : head.group(4).split("\r\n", 0)) {
            if (line.isEmpty()) {
                continue;
            }
            String name = line.substring(0, line.indexOf(':'));
            String value = line.substring(name.length() + 1).replaceAll("^[ \t]+|[ \t]+$", "");
            fields.add(name + ": " + value);
            switch (name.toLowerCase(Locale.ROOT)) {
                case "host" -> hosts.add(value);
                case "content-length" -> lengths.add(value);
                case "transfer-encoding" -> codings.add(value);
                case "content_length", "transfer_encoding", "content-length_" -> {
                    return Optional.empty();
                }
                default -> {}
            }
        }
        boolean hostsRight =
                hosts.size() == 1 ? hostIsRight(hosts.getFirst()) : hosts.isEmpty() && http10;
        boolean targetRight = target.matches("/[^?\\\\]*(\\?.*)?");
        boolean methodRight = !method.equals("CONNECT") && !method.equals("TRACE");
        String framing;
        if (!codings.isEmpty()) {
            boolean right =
                    codings.size() == 1
                            && codings.getFirst().equalsIgnoreCase("chunked")
                            && lengths.isEmpty()
                            && !http10;
            framing = right ? "chunked" : "bad";
        } else if (lengths.isEmpty()) {
            framing = "0";
        } else {
            boolean right = lengths.size() == 1 && lengths.getFirst().matches("[0-9]{1,18}");
            framing = right ? Long.toString(Long.parseLong(lengths.getFirst())) : "bad";
        }
        return hostsRight && targetRight && methodRight && !framing.equals("bad")
                ? Optional.of(new ReferenceHead(method, target, head.group(3), fields, framing))
                : Optional.empty();
    }

    private static boolean hostIsRight(String host) {
        Matcher matcher = HOST.matcher(host);
        return matcher.matches()
                && (matcher.group(2) == null || Integer.parseInt(matcher.group(2)) <= 65535)
                && (!host.startsWith("[") || host.startsWith("[::1]"));
    }
}
