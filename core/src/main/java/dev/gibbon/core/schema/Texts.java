package dev.gibbon.core.schema;

import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of text that entities are made of ({@code kong/db/schema/typedefs.lua@1.1.0}). Each
 * check returns what is wrong, or null.
 */
final class Texts {
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9._~-]+");
    private static final Pattern METHOD = Pattern.compile("[A-Z]+");
    private static final Pattern UUID =
            Pattern.compile(
                    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern DOTTED_DIGITS = Pattern.compile("[0-9.]+");
    private static final Pattern PLAIN_PATH = Pattern.compile("/[A-Za-z0-9._~/%-]*");
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2}).{0,2}");

    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ -~]*[!-~])?");

    private Texts() {}

    private enum HostKind {
        IP,
        NAME,
        WITH_PORT,
        NEITHER
    }

    static boolean isUuid(String text) {
        return UUID.matcher(text).matches();
    }

    static @Nullable String checkName(String text) {
        return TAG.matcher(text).matches()
                ? null
                : "invalid value '"
                        + text
                        + "': it must only contain alphanumeric and '., -, _, ~' characters";
    }

    static @Nullable String checkTag(String text) {
        return TAG.matcher(text).matches() ? null : "invalid value: " + text;
    }

    static @Nullable String checkMethod(String text) {
        return METHOD.matcher(text).matches() ? null : "invalid value: " + text;
    }

    static @Nullable String checkHost(String text) {
        return switch (hostKind(text)) {
            case IP, NAME -> null;
            case WITH_PORT -> "must not have a port";
            case NEITHER -> "invalid value: " + text;
        };
    }

    static @Nullable String checkSni(String text) {
        return switch (hostKind(text)) {
            case NAME -> null;
            case IP -> "must not be an IP";
            case WITH_PORT -> "must not have a port";
            case NEITHER -> "invalid value: " + text;
        };
    }

    /** A host, or a pattern with one {@code *} as its whole first or last label. */
    static @Nullable String checkHostPattern(String text) {
        int star = text.indexOf('*');
        if (star < 0) {
            return checkHost(text);
        }
        if (text.indexOf('*', star + 1) >= 0) {
            return "invalid wildcard: must have at most one wildcard";
        }
        boolean leftmost = text.startsWith("*.") && text.length() > 2;
        boolean rightmost = text.endsWith(".*") && text.length() > 2;
        if (!leftmost && !rightmost) {
            return "invalid wildcard: must be placed at leftmost or rightmost label";
        }
        return switch (hostKind(text.replace('*', 'x'))) {
            case IP, NAME -> null;
            case WITH_PORT -> "must not have a port";
            case NEITHER -> "invalid value: " + text;
        };
    }

    private static HostKind hostKind(String text) {
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            if (close < 0 || !isV6(text.substring(1, close))) {
                return HostKind.NEITHER;
            }
            String rest = text.substring(close + 1);
            return rest.isEmpty()
                    ? HostKind.IP
                    : rest.startsWith(":") ? HostKind.WITH_PORT : HostKind.NEITHER;
        }
        int colon = text.indexOf(':');
        if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
            return isV6(text) ? HostKind.IP : HostKind.NEITHER;
        }
        HostKind kind = nameOrV4(colon < 0 ? text : text.substring(0, colon));
        return colon >= 0 && kind != HostKind.NEITHER ? HostKind.WITH_PORT : kind;
    }

    private static boolean isV6(String text) {
        return text.indexOf(':') >= 0 && IpAddress.parse(text).isPresent();
    }

    private static HostKind nameOrV4(String text) {
        if (DOTTED_DIGITS.matcher(text).matches()) {
            return IpAddress.parse(text).isPresent() ? HostKind.IP : HostKind.NEITHER;
        }
        if (!HOST_NAME.matcher(text).matches()) {
            return HostKind.NEITHER;
        }
        for (String label : text.split("\\.", -1)) {
            if (label.isEmpty() || label.endsWith("-")) {
                return HostKind.NEITHER;
            }
        }
        return HostKind.NAME;
    }

    /** A field name of RFC 9110; {@code Host} is what {@code hosts} are for. */
    static @Nullable String checkHeaderName(String text) {
        if (text.equalsIgnoreCase("host")) {
            return "must not be 'host', use 'hosts'";
        }
        return HEADER_NAME.matcher(text).matches() ? null : "invalid header name";
    }

    /** Printable ASCII, without white space around it. */
    static @Nullable String checkHeaderValue(String text) {
        return HEADER_VALUE.matcher(text).matches() ? null : "invalid header value";
    }

    /** An address or CIDR block of either family. */
    static @Nullable String checkIpOrCidr(String text) {
        Optional<CidrBlock> block = CidrBlock.parse(text);
        return block.isPresent() ? null : "invalid ip or cidr range: '" + text + "'";
    }

    static @Nullable String checkServicePath(String text) {
        String shape = checkPathShape(text);
        if (shape != null) {
            return shape;
        }
        return PLAIN_PATH.matcher(text).matches()
                ? checkEscapes(text)
                : "invalid path: '"
                        + text
                        + "' (characters outside of the reserved list of RFC 3986 found)";
    }

    /** A plain prefix, or, with any character that is not plain, a regular expression. */
    static @Nullable String checkRoutePath(String text) {
        String shape = checkPathShape(text);
        if (shape != null) {
            return shape;
        }
        return isPlainPath(text) ? checkEscapes(text) : PathRegex.check(text);
    }

    /** Whether a Route's path is taken as it stands and not as a regular expression. */
    static boolean isPlainPath(String path) {
        return PLAIN_PATH.matcher(path).matches();
    }

    private static @Nullable String checkPathShape(String text) {
        if (!text.startsWith("/")) {
            return "should start with: /";
        }
        return text.contains("//") ? "must not have empty segments" : null;
    }

    private static @Nullable String checkEscapes(String text) {
        var bad = BAD_ESCAPE.matcher(text);
        return bad.find() ? "invalid url-encoded value: '" + bad.group() + "'" : null;
    }
}
