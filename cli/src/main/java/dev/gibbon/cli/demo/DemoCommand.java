package dev.gibbon.cli.demo;

import dev.gibbon.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gibbon demo}: runs the tutorial in a namespace of its own and proves what it prints. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the tutorial with two sidecars in a network namespace of its own, and proves it.",
            "",
            "Needs root, iproute2, nft, ncat, curl, openssl and tcpdump. The host's rules and ports"
                    + " stay untouched, and nothing is left afterwards.",
            "Exit code: 0 when every claim held, 1 when one did not or the demo could not run."
        })
public final class DemoCommand implements Callable<Integer> {

    @Option(names = "--keep", description = "Leave it running, and say what to try next.")
    private boolean keep;

    @Option(names = "--json", description = "Print the outcome as JSON; progress goes to stderr.")
    private boolean json;

    private final List<String> gibbon;

    /**
     * @param gibbon the command that runs {@code gibbon}, for the nodes
     */
    public DemoCommand(List<String> gibbon) {
        this.gibbon = List.copyOf(gibbon);
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        try {
            return run();
        } catch (IOException e) {
            throw new CommandFailure("demo: " + e.getMessage());
        }
    }

    private int run() throws IOException, InterruptedException {
        PrintStream progress = json ? System.err : System.out;
        String namespace = "gibbon-demo-" + ProcessHandle.current().pid();
        String rulesBefore = hostRules();
        World world = World.create(namespace);
        Nodes nodes = new Nodes(world, gibbon);
        Thread cleaner = Thread.ofPlatform().unstarted(() -> cleanUp(world, nodes));
        Runtime.getRuntime().addShutdownHook(cleaner);
        Scenario scenario = new Scenario(world, nodes, progress);
        List<Claim> claims = new ArrayList<>();
        try {
            scenario.run();
            claims.addAll(scenario.claims());
        } catch (IOException e) {
            claims.addAll(scenario.claims());
            claims.add(
                    new Claim(
                            "the tutorial runs to its end", false, String.valueOf(e.getMessage())));
        }
        if (!withdraw(cleaner)) {
            // By a signal: the hook cleans up, and whoever sent it asks for no report.
            return 1;
        }
        if (!keep) {
            cleanUp(world, nodes);
            claims.add(nothingLeft(world, rulesBefore));
        }
        DemoReport report = new DemoReport(scenario.passes(), claims);
        System.out.print(json ? report.json() + "\n" : report.text());
        if (keep) {
            progress.print(whatNext(world));
            world.forget();
        }
        return report.held() ? 0 : 1;
    }

    /** Takes the hook back; gives false when the program is ending, so that it has begun. */
    private static boolean withdraw(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static void cleanUp(World world, Nodes nodes) {
        try {
            nodes.stopAll();
        } catch (IOException e) {
            System.err.println("gibbon: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            world.close();
        } catch (IOException e) {
            System.err.println("gibbon: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Claim nothingLeft(World world, String rulesBefore)
            throws IOException, InterruptedException {
        List<String> left = new ArrayList<>();
        if (Files.exists(Path.of("/run/netns", world.namespace()))) {
            left.add("the namespace " + world.namespace());
        }
        if (Files.exists(world.folder())) {
            left.add("the folder " + world.folder());
        }
        if (!hostRules().equals(rulesBefore)) {
            left.add("a change of the host's rules");
        }
        ProcessHandle.current()
                .descendants()
                .map(ProcessHandle::pid)
                .forEach(pid -> left.add("the process " + pid));
        return new Claim(
                "nothing is left: no process, namespace, rule or file",
                left.isEmpty(),
                left.isEmpty() ? "looked for all of them" : "left: " + String.join(", ", left));
    }

    private static String hostRules() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("nft", "list", "ruleset").redirectErrorStream(true).start();
        String rules = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return rules;
    }

    private static String whatNext(World world) {
        String inside = "ip netns exec " + world.namespace();
        return """

        It is still running, in the network namespace %1$s; its files are in %2$s.
        What to try next:

          %3$s ncat --source 127.0.0.2 --recv-only 127.0.0.5 19000
          %3$s curl --interface 127.0.0.2 http://127.0.0.5:18000
          %3$s curl -s http://127.0.0.1:8001/routes
          %3$s gibbon status
          %3$s gibbon why --from 127.0.0.2 --to 127.0.0.5:19000
          %3$s nft list ruleset
          tail -f %2$s/gibbon-a/logs/error.log %2$s/gibbon-b/logs/access.log

        To end it:

          ip netns pids %1$s | xargs -r kill; ip netns del %1$s; rm -r %2$s

        """
                .formatted(world.namespace(), world.folder(), inside);
    }
}
