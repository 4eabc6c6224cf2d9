package dev.gibbon.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the cluster to test on: the one that the environment's {@code KUBECONFIG} names, otherwise
 * that of {@code ./dev cluster}, which is started if it is not up. Says on standard output which it
 * is.
 */
final class ClusterFinder {
    /** Building the cluster's programs with nothing cached takes 12 minutes on two cores. */
    private static final int START_MINUTES = 40;

    private static final Pattern PROGRAMS = Pattern.compile("export PATH=\"([^:\"]+):");

    private final Path checkout =
            Path.of(System.getProperty("gibbon.checkout", "..")).toAbsolutePath().normalize();

    Cluster find() {
        String named = System.getenv("KUBECONFIG");
        return named == null || named.isBlank()
                ? connect(ownKubeconfig(), ownPrograms(), "the one of ./dev cluster")
                : connect(Path.of(named), "", "named by KUBECONFIG");
    }

    /**
     * @param programs what the names of kubectl and helm follow: a directory with a slash at its
     *     end, or nothing where they are on the path
     */
    private Cluster connect(Path kubeconfig, String programs, String whose) {
        if (!Files.isReadable(kubeconfig)) {
            throw new IllegalStateException(
                    "KUBECONFIG: "
                            + kubeconfig
                            + " cannot be read (expected: one file, or unset for ./dev cluster)");
        }
        Config config = Config.fromKubeconfig(kubeconfig.toFile());
        KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
        String version = client.getKubernetesVersion().getGitVersion();
        int nodes = client.nodes().list().getItems().size();
        System.out.printf(
                "Tests run on the Kubernetes at %s (%s, nodes: %d), %s%n",
                client.getMasterUrl(), version, nodes, whose);
        return new Cluster(
                client,
                new Program(programs + "kubectl", kubeconfig, checkout),
                new Program(programs + "helm", kubeconfig, checkout));
    }

    private Path ownKubeconfig() {
        Answer answer = dev("kubeconfig");
        if (answer.code() != 0) {
            dev("up").orThrow();
            answer = dev("kubeconfig").orThrow();
        }
        return Path.of(answer.output().strip());
    }

    private String ownPrograms() {
        Matcher matcher = PROGRAMS.matcher(dev("env").orThrow().output());
        if (!matcher.find()) {
            throw new IllegalStateException("./dev cluster env: no PATH with kubectl and helm");
        }
        return matcher.group(1) + "/";
    }

    /** Progress goes to the standard error output of this process. */
    private Answer dev(String command) {
        ProcessBuilder builder =
                new ProcessBuilder(checkout.resolve("dev").toString(), "cluster", command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(START_MINUTES, TimeUnit.MINUTES)) {
                throw new IllegalStateException(
                        "./dev cluster " + command + ": not done in " + START_MINUTES + " min");
            }
            return new Answer(command, process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in ./dev cluster " + command, e);
        }
    }

    private record Answer(String command, int code, String output) {
        Answer orThrow() {
            if (code != 0) {
                throw new IllegalStateException(
                        "./dev cluster "
                                + command
                                + ": exit code "
                                + code
                                + " (its messages are above)");
            }
            return this;
        }
    }
}
