package dev.gibbon.operator;

import dev.gibbon.core.setting.SidecarBounds;
import dev.gibbon.operator.inject.InjectionSettings;
import dev.gibbon.operator.inject.LogLevel;
import dev.gibbon.operator.inject.SidecarResources;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what the mesh gives every pod from the environment. */
final class InjectionVariables {
    private static final String IMAGE = "GIBBON_SIDECAR_IMAGE";
    private static final String DRAIN = "GIBBON_SIDECAR_DRAIN";
    private static final String MAX_CONNECTIONS = "GIBBON_SIDECAR_MAX_CONNECTIONS";

    private final Map<String, String> environment;

    InjectionVariables(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * The settings; empty without an image, when this operator injects nothing.
     *
     * @param namespace the operator's own
     * @throws OperatorSettings.Invalid when one cannot be used
     */
    Optional<InjectionSettings> read(String namespace, String version)
            throws OperatorSettings.Invalid {
        String image = text(IMAGE, "");
        if (image.isEmpty()) {
            return Optional.empty();
        }
        SidecarResources normal = SidecarResources.DEFAULT;
        try {
            return Optional.of(
                    new InjectionSettings(
                            namespace,
                            version,
                            image,
                            text("GIBBON_SIDECAR_PULL_POLICY", "IfNotPresent"),
                            text(
                                    "GIBBON_CONTROL_PLANE",
                                    "gibbon-operator." + namespace + ".svc:8005"),
                            logLevel(),
                            new SidecarResources(
                                    text("GIBBON_SIDECAR_CPU_REQUEST", normal.cpuRequest()),
                                    orNull("GIBBON_SIDECAR_CPU_LIMIT"),
                                    text("GIBBON_SIDECAR_MEMORY_REQUEST", normal.memoryRequest()),
                                    text("GIBBON_SIDECAR_MEMORY_LIMIT", normal.memoryLimit())),
                            orNull(DRAIN) == null ? null : seconds(),
                            orNull(MAX_CONNECTIONS) == null ? null : maxConnections()));
        } catch (IllegalArgumentException e) {
            // The message says which, what was got, and what was expected.
            throw new OperatorSettings.Invalid("injection: " + e.getMessage());
        }
    }

    private LogLevel logLevel() throws OperatorSettings.Invalid {
        String value = text("GIBBON_SIDECAR_LOG_LEVEL", "info");
        for (LogLevel level : LogLevel.values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(value)) {
                return level;
            }
        }
        throw new OperatorSettings.Invalid(
                "GIBBON_SIDECAR_LOG_LEVEL", value, "debug, info, warn or error");
    }

    private Duration seconds() throws OperatorSettings.Invalid {
        String value = text(DRAIN, "");
        if (value.matches("[0-9]{1,5}s")) {
            Duration drain =
                    Duration.ofSeconds(Integer.parseInt(value.substring(0, value.length() - 1)));
            if (drain.compareTo(SidecarBounds.MAX_DRAIN) <= 0) {
                return drain;
            }
        }
        throw new OperatorSettings.Invalid(
                DRAIN, value, "0s to " + SidecarBounds.MAX_DRAIN.toSeconds() + "s");
    }

    private int maxConnections() throws OperatorSettings.Invalid {
        String value = text(MAX_CONNECTIONS, "");
        int connections = value.matches("[1-9][0-9]{0,6}") ? Integer.parseInt(value) : 0;
        if (connections < 1 || connections > SidecarBounds.MAX_CONNECTIONS) {
            throw new OperatorSettings.Invalid(
                    MAX_CONNECTIONS, value, "1 to " + SidecarBounds.MAX_CONNECTIONS);
        }
        return connections;
    }

    private @Nullable String orNull(String name) {
        String value = text(name, "");
        return value.isEmpty() ? null : value;
    }

    private String text(String name, String otherwise) {
        String value = environment.getOrDefault(name, "").strip();
        return value.isEmpty() ? otherwise : value;
    }
}
