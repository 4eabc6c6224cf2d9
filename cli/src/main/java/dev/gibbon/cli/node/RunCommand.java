package dev.gibbon.cli.node;

import dev.gibbon.cli.CommandFailure;
import dev.gibbon.cli.daemon.Prefix;
import dev.gibbon.cli.daemon.PrefixLock;
import dev.gibbon.cli.daemon.StartSignal;
import dev.gibbon.core.setting.NodeSettings;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gibbon run}: a node in the foreground, until it gets SIGTERM or SIGINT. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a node in the foreground, as gibbon start does in the background, until it gets"
                    + " SIGTERM or SIGINT; then it drains and ends.",
            "Exit code: 0 when it was stopped, 1 when it could not start."
        })
public final class RunCommand implements Callable<Integer> {
    @Option(names = "--signal-start", hidden = true)
    private boolean signalStart;

    private final NodeEnvironment environment;

    public RunCommand(Map<String, String> environment) {
        this.environment = new NodeEnvironment(environment);
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        try {
            return run();
        } catch (CommandFailure e) {
            if (!signalStart) {
                throw e;
            }
            new StartSignal.Failed(String.valueOf(e.getMessage())).write(System.out);
            return 1;
        }
    }

    private int run() throws CommandFailure, InterruptedException {
        NodeSettings settings = environment.settings();
        Prefix prefix = environment.prefix(settings);
        try {
            boolean made = prefix.create();
            PrefixLock lock =
                    PrefixLock.take(prefix)
                            .orElseThrow(() ->
                                    new CommandFailure(
                                            "Gibbon is already running in " + prefix.root()));
            boolean served = false;
            try (NodeLogs logs = NodeLogs.open(prefix, settings)) {
                serve(settings, prefix, logs);
                served = true;
            } finally {
                if (made && !served) {
                    lock.discard();
                } else {
                    lock.close();
                }
            }
            return 0;
        } catch (IOException e) {
            throw new CommandFailure(Sentence.of(e));
        }
    }

    private void serve(NodeSettings settings, Prefix prefix, NodeLogs logs)
            throws IOException, InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook =
                Thread.ofPlatform()
                        .unstarted(() -> {
                            stop.countDown();
                            try {
                                stopped.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        try (MeshNode node = MeshNode.start(settings, prefix, logs)) {
            // Only a node that serves has something to drain.
            Runtime.getRuntime().addShutdownHook(hook);
            if (signalStart) {
                new StartSignal.Ready(node.remarks()).write(System.out);
            }
            logs.log().info("node started", "prefix", prefix.root());
            stop.await();
            logs.log().info("node stopping", "drain", settings.drain());
            node.drain(settings.drain());
        } finally {
            if (stop.getCount() == 0) {
                logs.log().info("node stopped");
            }
            logs.close();
            stopped.countDown();
        }
    }
}
