package dev.gibbon.core.schema;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The short form {@code url} of a Service, e.g. {@code https://127.0.0.5:18443/}, taken apart as
 * Kong does ({@code kong/db/schema/entities/services.lua@1.1.0}): nothing is judged here, a part
 * that is not there is left to the defaults, and a query or a fragment is dropped.
 */
final class ServiceUrl {
    private static final Pattern PARTS =
            Pattern.compile(
                    "(?:(?<scheme>[A-Za-z0-9][A-Za-z0-9+.-]*):)?"
                            + "(?://(?<authority>[^/?#]*))?"
                            + "(?<path>[^?#]*).*",
                    Pattern.DOTALL);
    private static final Pattern PORT = Pattern.compile("(?<host>.*):(?<port>[^:\\]]*)");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private ServiceUrl() {}

    /** The fields {@code protocol}, {@code host}, {@code port} and {@code path}, where present. */
    static Map<String, Object> expand(String url) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Matcher parts = PARTS.matcher(url);
        if (!parts.matches()) {
            throw new AssertionError("the expression takes any text");
        }
        String scheme = parts.group("scheme");
        if (scheme != null) {
            fields.put("protocol", scheme);
        }
        String authority = parts.group("authority");
        if (authority != null) {
            putAuthority(authority.substring(authority.indexOf('@') + 1), fields);
        }
        if (!fields.containsKey("port") && "http".equals(scheme)) {
            fields.put("port", 80L);
        } else if (!fields.containsKey("port") && "https".equals(scheme)) {
            fields.put("port", 443L);
        }
        String path = parts.group("path");
        if (path != null && !path.isEmpty()) {
            fields.put("path", path);
        }
        return fields;
    }

    private static void putAuthority(String authority, Map<String, Object> fields) {
        String host = authority;
        Matcher withPort = PORT.matcher(authority);
        if (withPort.matches()) {
            host = withPort.group("host");
            String port = withPort.group("port");
            if (!port.isEmpty()) {
                fields.put("port", NUMBER.matcher(port).matches() ? Long.valueOf(port) : port);
            }
        }
        if (!host.isEmpty()) {
            fields.put("host", host);
        }
    }
}
