package dev.gibbon.controlplane.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells about itself at {@code GET /}.
 *
 * @param version e.g. {@code 0.1.0}
 * @param configuration its settings by name; values of secret ones are masked before they go out
 */
public record Node(
        String version,
        UUID nodeId,
        String hostname,
        Map<String, ? extends @Nullable Object> configuration) {
    private static final String MASK = "******";

    Map<String, @Nullable Object> document() {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        configuration.forEach((name, value) ->
                settings.put(name, isSecret(name) && value != null ? MASK : value));
        Map<String, @Nullable Object> plugins = new LinkedHashMap<>();
        plugins.put("available_on_server", Map.of());
        plugins.put("enabled_in_cluster", List.of());
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("version", version);
        document.put("tagline", "Welcome to gibbon");
        document.put("node_id", nodeId.toString());
        document.put("hostname", hostname);
        document.put("configuration", settings);
        document.put("plugins", plugins);
        return document;
    }

    private static boolean isSecret(String setting) {
        String name = setting.toLowerCase(Locale.ROOT);
        return name.contains("password")
                || name.contains("secret")
                || name.contains("token")
                || name.contains("credential");
    }

    /** Without the settings, which may hold secrets. */
    @Override
    public String toString() {
        return "Node[" + version + ", " + nodeId + ", " + hostname + "]";
    }
}
