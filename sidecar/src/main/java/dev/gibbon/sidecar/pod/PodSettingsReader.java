package dev.gibbon.sidecar.pod;

import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.setting.DurationSyntax;
import dev.gibbon.core.setting.HostPort;
import dev.gibbon.core.setting.InvalidSetting;
import dev.gibbon.core.setting.SidecarBounds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the environment of a pod's sidecar; {@code docs/settings.md} lists the variables. */
final class PodSettingsReader {
    /** Names of objects in Kubernetes: RFC 1123 subdomains. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 10_000;

    private final Map<String, String> environment;

    PodSettingsReader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * Reads all of it.
     *
     * @throws InvalidEnvironment for the first variable that cannot be used
     */
    PodSettings read() throws InvalidEnvironment {
        String namespace = name("GIBBON_POD_NAMESPACE");
        return new PodSettings(
                controlPlane(),
                namespace + "/" + name("GIBBON_POD_NAME"),
                namespace,
                addresses(),
                Path.of(environment.getOrDefault("GIBBON_IDENTITY", "/var/run/gibbon")),
                environment.getOrDefault("GIBBON_NODE_NAME", ""),
                logLevel(),
                drain(),
                maxConnections(),
                probes());
    }

    private String required(String variable, String expected) throws InvalidEnvironment {
        String text = environment.get(variable);
        if (text == null || text.isBlank()) {
            throw new InvalidEnvironment(variable, text == null ? "not set" : "empty", expected);
        }
        return text.strip();
    }

    private HostPort controlPlane() throws InvalidEnvironment {
        String variable = "GIBBON_CONTROL_PLANE";
        String expected = "host:port";
        String text = required(variable, expected);
        return HostPort.parse(text)
                .orElseThrow(() -> new InvalidEnvironment(variable, quoted(text), expected));
    }

    private String name(String variable) throws InvalidEnvironment {
        String expected = "the name of an object in Kubernetes";
        String text = required(variable, expected);
        if (!NAME.matcher(text).matches()) {
            throw new InvalidEnvironment(variable, quoted(text), expected);
        }
        return text;
    }

    private List<IpAddress> addresses() throws InvalidEnvironment {
        String variable = "GIBBON_POD_IPS";
        String expected = "IP addresses, separated by commas";
        List<IpAddress> addresses = new ArrayList<>();
        for (String text : required(variable, expected).split(",", -1)) {
            addresses.add(
                    IpAddress.parse(text.strip())
                            .orElseThrow(() ->
                                    new InvalidEnvironment(variable, quoted(text), expected)));
        }
        return addresses;
    }

    private Log.Level logLevel() throws InvalidEnvironment {
        String text = environment.getOrDefault("GIBBON_LOG_LEVEL", "info");
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "debug" -> Log.Level.DEBUG;
            case "info" -> Log.Level.INFO;
            case "warn" -> Log.Level.WARN;
            case "error" -> Log.Level.ERROR;
            default ->
                    throw new InvalidEnvironment(
                            "GIBBON_LOG_LEVEL", quoted(text), "debug, info, warn or error");
        };
    }

    private Duration drain() throws InvalidEnvironment {
        String text = environment.get("GIBBON_DRAIN");
        if (text == null) {
            return DRAIN;
        }
        try {
            return new DurationSyntax(Duration.ZERO, SidecarBounds.MAX_DRAIN).parse(text);
        } catch (InvalidSetting e) {
            throw new InvalidEnvironment("GIBBON_DRAIN: " + e.getMessage());
        }
    }

    private int maxConnections() throws InvalidEnvironment {
        String text = environment.getOrDefault("GIBBON_MAX_CONNECTIONS", "" + CONNECTIONS);
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= SidecarBounds.MAX_CONNECTIONS) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new InvalidEnvironment(
                "GIBBON_MAX_CONNECTIONS",
                quoted(text),
                "a number, 1-" + SidecarBounds.MAX_CONNECTIONS);
    }

    private Map<String, Probe> probes() throws InvalidEnvironment {
        String text = environment.get("GIBBON_PROBES");
        if (text == null || text.isBlank()) {
            return Map.of();
        }
        try {
            return ProbeSyntax.read(text);
        } catch (JsonFormatException e) {
            throw new InvalidEnvironment("GIBBON_PROBES: " + e.getMessage());
        }
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("'");
        text.chars().limit(100).forEach(c -> quoted.append(c >= ' ' && c <= '~' ? (char) c : '?'));
        return quoted.append('\'').toString();
    }
}
