package dev.gibbon.cli.node;

import dev.gibbon.cli.CommandFailure;
import dev.gibbon.cli.daemon.Launcher;
import dev.gibbon.cli.daemon.Prefix;
import dev.gibbon.cli.daemon.PrefixLock;
import dev.gibbon.cli.daemon.StartSignal;
import dev.gibbon.core.setting.NodeSettings;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gibbon start}: starts a node in the background. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a node in the background, as the GIBBON_ settings of the environment say, and"
                    + " returns when it serves.",
            "",
            "With admin_listen on it is a control plane, with proxy_listen or stream_listen on a"
                    + " sidecar; it can be both. Its files are under GIBBON_PREFIX. docs/settings.md"
                    + " explains every setting.",
            "Exit code: 0 when the node serves, 1 when it could not start."
        })
public final class StartCommand implements Callable<Integer> {
    private final NodeEnvironment environment;
    private final Launcher launcher;

    @Spec private @Nullable CommandSpec spec;

    public StartCommand(Map<String, String> environment, Launcher launcher) {
        this.environment = new NodeEnvironment(environment);
        this.launcher = launcher;
    }

    @Override
    public Integer call() throws CommandFailure {
        NodeSettings settings = environment.settings();
        Prefix prefix = environment.prefix(settings);
        List<String> options =
                Arrays.stream(environment.options().split("\\s+"))
                        .filter(option -> !option.isEmpty())
                        .toList();
        try {
            boolean made = prefix.create();
            if (PrefixLock.holder(prefix).isPresent()) {
                throw new CommandFailure("Gibbon is already running in " + prefix.root());
            }
            return switch (launcher.start(prefix, options)) {
                case StartSignal.Ready(String remarks) -> {
                    CommandLine line = Objects.requireNonNull(spec, "set by picocli").commandLine();
                    line.getOut().println("Gibbon started");
                    if (!remarks.isEmpty()) {
                        line.getErr().println("gibbon: " + remarks);
                    }
                    yield 0;
                }
                case StartSignal.Failed(String sentence) -> {
                    if (made) {
                        discard(prefix);
                    }
                    throw new CommandFailure(sentence);
                }
            };
        } catch (IOException e) {
            throw new CommandFailure(
                    "the node could not be started in " + prefix.root() + ": " + Sentence.of(e));
        }
    }

    /** Leaves the prefix to another node, if one has begun there meanwhile. */
    private static void discard(Prefix prefix) throws IOException {
        Optional<PrefixLock> lock = PrefixLock.take(prefix);
        if (lock.isPresent()) {
            lock.get().discard();
        }
    }
}
