package dev.gibbon.cli.node;

import dev.gibbon.cli.CommandFailure;
import dev.gibbon.cli.daemon.Prefix;
import dev.gibbon.core.setting.NodeSettings;
import dev.gibbon.core.setting.SettingsReader;
import dev.gibbon.core.setting.SettingsResult;
import java.nio.file.Path;
import java.util.Map;

/** The settings that the environment gives, or one line that says what is wrong with them. */
final class NodeEnvironment {
    private final Map<String, String> variables;

    NodeEnvironment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    NodeSettings settings() throws CommandFailure {
        return switch (SettingsReader.read(variables)) {
            case SettingsResult.Valid(NodeSettings settings) -> settings;
            case SettingsResult.Invalid invalid ->
                    throw new CommandFailure(String.join("\ngibbon: ", invalid.violations()));
        };
    }

    Prefix prefix(NodeSettings settings) {
        return new Prefix(Path.of("").toAbsolutePath().resolve(settings.prefix()));
    }

    /** The further options for the node's JVM, from {@code GIBBON_OPTS}. */
    String options() {
        return variables.getOrDefault("GIBBON_OPTS", "");
    }
}
