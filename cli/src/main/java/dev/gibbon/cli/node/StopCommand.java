package dev.gibbon.cli.node;

import dev.gibbon.cli.CommandFailure;
import dev.gibbon.cli.daemon.Prefix;
import dev.gibbon.cli.daemon.Stopper;
import dev.gibbon.core.setting.NodeSettings;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gibbon stop}: drains and ends the node of a prefix. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        description = {
            "Stops the node under GIBBON_PREFIX: it takes no further connections, serves open ones"
                    + " for at most the GIBBON_DRAIN that it was started with, and ends.",
            "Exit code: 0 when it has ended, 1 when none runs there."
        })
public final class StopCommand implements Callable<Integer> {
    private final NodeEnvironment environment;

    @Spec private @Nullable CommandSpec spec;

    public StopCommand(Map<String, String> environment) {
        this.environment = new NodeEnvironment(environment);
    }

    @Override
    public Integer call() throws CommandFailure {
        NodeSettings settings = environment.settings();
        Prefix prefix = environment.prefix(settings);
        try {
            switch (Stopper.stop(prefix, settings.drain())) {
                case NOT_RUNNING ->
                        throw new CommandFailure("Gibbon is not running in " + prefix.root());
                case KILLED -> say("Gibbon stopped (it did not drain in time and was killed)");
                case STOPPED -> say("Gibbon stopped");
            }
            return 0;
        } catch (IOException e) {
            throw new CommandFailure(
                    "the node in " + prefix.root() + " could not be stopped: " + Sentence.of(e));
        }
    }

    private void say(String text) {
        if (spec != null) {
            spec.commandLine().getOut().println(text);
        }
    }
}
