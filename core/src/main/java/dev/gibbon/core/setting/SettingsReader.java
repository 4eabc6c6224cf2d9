package dev.gibbon.core.setting;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings of a node from environment variables. Values are checked first, each by
 * itself; how they fit together is checked when all of them are good. A variable that is set to
 * nothing is refused rather than taken for unset, since {@code GIBBON_MESH=} is more likely a
 * mistake than a wish for the default.
 */
public final class SettingsReader {
    /** Variables that the launcher script reads; the node does not look at them. */
    private static final Set<String> LAUNCHER = Set.of("GIBBON_JAVA_HOME", "GIBBON_OPTS");

    private static final DurationSyntax DRAIN =
            new DurationSyntax(Duration.ZERO, SidecarBounds.MAX_DRAIN);
    private static final DurationSyntax HANDSHAKE =
            new DurationSyntax(Duration.ofMillis(100), Duration.ofHours(1));
    private static final DurationSyntax LIFETIME =
            new DurationSyntax(Duration.ofSeconds(1), Duration.ofHours(24));
    private static final int MAX_TOKEN = 8192;

    private final Map<String, String> environment;
    private final List<String> violations = new ArrayList<>();

    private SettingsReader(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Reads all variables whose names start with {@code GIBBON_}; others are ignored. */
    public static SettingsResult read(Map<String, String> environment) {
        return new SettingsReader(environment).read();
    }

    private SettingsResult read() {
        refuseUnknownNames();
        NodeSettings settings =
                new NodeSettings(
                        value(Setting.PREFIX, "gibbon-node", SettingsReader::prefix),
                        value(Setting.LOG_LEVEL, "notice", SettingsReader::level),
                        listen(
                                Setting.PROXY_LISTEN,
                                "0.0.0.0:8000, 0.0.0.0:8443 ssl",
                                ListenSyntax.PROXY),
                        listen(Setting.STREAM_LISTEN, "off", ListenSyntax.STREAM),
                        listen(
                                Setting.ADMIN_LISTEN,
                                "127.0.0.1:8001, 127.0.0.1:8444 ssl",
                                ListenSyntax.ADMIN),
                        listen(Setting.FEED_LISTEN, "off", ListenSyntax.FEED),
                        listen(Setting.STATUS_LISTEN, "off", ListenSyntax.STATUS),
                        optional(Setting.NGINX_PROXY_PROXY_BIND, SettingsReader::bindAddress),
                        optional(Setting.NGINX_SPROXY_PROXY_BIND, SettingsReader::bindAddress),
                        or(List.of(), optional(Setting.WORKLOAD, SettingsReader::workload)),
                        value(Setting.MESH, "permissive", SettingsReader::mesh),
                        value(Setting.SOURCE, "self", SettingsReader::source),
                        origins(),
                        optional(Setting.CONTROL_PLANE, SettingsReader::hostPort),
                        optional(Setting.JOIN_TOKEN, SettingsReader::token),
                        optional(Setting.SSL_CERT, SettingsReader::path),
                        optional(Setting.SSL_CERT_KEY, SettingsReader::path),
                        optional(Setting.UPSTREAM_CA, SettingsReader::path),
                        value(Setting.CERTIFICATE_LIFETIME, "24h", LIFETIME::parse),
                        value(Setting.DRAIN, "10s", DRAIN::parse),
                        value(Setting.HANDSHAKE_TIMEOUT, "10s", HANDSHAKE::parse),
                        value(Setting.MAX_CONNECTIONS, "10000", SettingsReader::connections));
        if (violations.isEmpty()) {
            new SettingsConsistency(settings).check(violations);
        }
        return violations.isEmpty()
                ? new SettingsResult.Valid(settings)
                : new SettingsResult.Invalid(violations);
    }

    private void refuseUnknownNames() {
        for (String name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(Setting.VARIABLE_PREFIX)
                    && !LAUNCHER.contains(name)
                    && !isKnown(name)) {
                violations.add(
                        printable(name)
                                + ": unknown setting ("
                                + NearestName.of(name)
                                        .map(nearest -> "nearest known name: " + nearest)
                                        .orElse("docs/settings.md has them all")
                                + ")");
            }
        }
    }

    private static boolean isKnown(String name) {
        for (Setting setting : Setting.values()) {
            if (setting.variable().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** How text becomes the value of a setting. */
    private interface Parser<T> {
        T parse(String text) throws InvalidSetting;
    }

    private <T> T value(Setting setting, String standard, Parser<T> parser) {
        T given = optional(setting, parser);
        return given == null ? standard(standard, parser) : given;
    }

    private <T> @Nullable T optional(Setting setting, Parser<T> parser) {
        return parsed(setting, parser, setting.variable() + ": ");
    }

    private List<Listener> listen(Setting setting, String standard, ListenSyntax syntax) {
        List<Listener> given = parsed(setting, syntax::parse, "");
        return given == null ? standard(standard, syntax::parse) : given;
    }

    private Map<Origin, Origin> origins() {
        return or(Map.of(), parsed(Setting.ORIGINS, OriginsSyntax::parse, ""));
    }

    private <T> @Nullable T parsed(Setting setting, Parser<T> parser, String messagePrefix) {
        String text = environment.get(setting.variable());
        if (text == null) {
            return null;
        }
        if (text.isBlank()) {
            violations.add(setting.variable() + ": empty (expected: a value, or not set at all)");
            return null;
        }
        try {
            return parser.parse(text.strip());
        } catch (InvalidSetting refused) {
            violations.add(printable(messagePrefix + refused.line()));
            return null;
        }
    }

    private static <T> T standard(String text, Parser<T> parser) {
        try {
            return parser.parse(text);
        } catch (InvalidSetting e) {
            throw new AssertionError("a default does not parse: " + text, e);
        }
    }

    private static <T> T or(T standard, @Nullable T given) {
        return given == null ? standard : given;
    }

    /** The text with control characters made visible, so that it stays one line. */
    private static String printable(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    if (Character.isISOControl(c)) {
                        out.append(String.format("\\x%02x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                });
        return out.toString();
    }

    private static Path path(String text) throws InvalidSetting {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new InvalidSetting(text + " (expected: a path)");
        }
    }

    /** The last part becomes a part of a SPIFFE ID, so it takes only what may stand there. */
    private static Path prefix(String text) throws InvalidSetting {
        Path prefix = path(text);
        String name = prefix.getFileName() == null ? "" : prefix.getFileName().toString();
        if (!name.matches("[A-Za-z0-9._-]{1,63}") || name.equals(".") || name.equals("..")) {
            throw new InvalidSetting(
                    text
                            + " (expected: a directory with a name of letters, digits, '.', '-' and"
                            + " '_', at most 63)");
        }
        return prefix;
    }

    private static Log.Level level(String text) throws InvalidSetting {
        return switch (text) {
            case "debug" -> Log.Level.DEBUG;
            case "info", "notice" -> Log.Level.INFO;
            case "warn" -> Log.Level.WARN;
            case "error" -> Log.Level.ERROR;
            default ->
                    throw new InvalidSetting(
                            text + " (expected: debug, info, notice, warn or error)");
        };
    }

    private static IpAddress bindAddress(String text) throws InvalidSetting {
        String bare =
                text.startsWith("[") && text.endsWith("]")
                        ? text.substring(1, text.length() - 1)
                        : text;
        return IpAddress.parse(bare)
                .filter(ip -> !ip.isUnspecified())
                .orElseThrow(
                        () -> new InvalidSetting(text + " (expected: an IP address of this host)"));
    }

    private static List<WorkloadAddress> workload(String text) throws InvalidSetting {
        Map<IpAddress, Set<Integer>> ports = new HashMap<>();
        List<WorkloadAddress> addresses = new ArrayList<>();
        for (String entry : text.split(",", -1)) {
            String at = entry.strip();
            WorkloadAddress address =
                    WorkloadAddress.parse(at)
                            .orElseThrow(() ->
                                    new InvalidSetting(
                                            at
                                                    + " (expected: <ip> or <ip>:<port>, e.g."
                                                    + " 127.0.0.5 or [fd00::5]:80)"));
            int port = address.port() == null ? 0 : address.port();
            if (!ports.computeIfAbsent(address.ip(), ip -> new TreeSet<>()).add(port)) {
                throw new InvalidSetting(at + " is given twice");
            }
            addresses.add(address);
        }
        return addresses;
    }

    private static MeshMode mesh(String text) throws InvalidSetting {
        return switch (text) {
            case "permissive" -> MeshMode.PERMISSIVE;
            case "strict" -> MeshMode.STRICT;
            default -> throw new InvalidSetting(text + " (expected: permissive or strict)");
        };
    }

    private static SourceAddress source(String text) throws InvalidSetting {
        return switch (text) {
            case "self" -> SourceAddress.SELF;
            case "client" -> SourceAddress.CLIENT;
            default -> throw new InvalidSetting(text + " (expected: self or client)");
        };
    }

    private static HostPort hostPort(String text) throws InvalidSetting {
        return HostPort.parse(text)
                .orElseThrow(() ->
                        new InvalidSetting(
                                text + " (expected: <host>:<port>, e.g." + " 192.0.2.7:8005)"));
    }

    private static Secret token(String text) throws InvalidSetting {
        if (text.length() > MAX_TOKEN || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new InvalidSetting("(secret) (expected: what gibbon token create has printed)");
        }
        return new Secret(text);
    }

    private static int connections(String text) throws InvalidSetting {
        if (!text.matches("[0-9]{1,7}")
                || Integer.parseInt(text) < 1
                || Integer.parseInt(text) > SidecarBounds.MAX_CONNECTIONS) {
            throw new InvalidSetting(text + " (expected: 1-" + SidecarBounds.MAX_CONNECTIONS + ")");
        }
        return Integer.parseInt(text);
    }
}
