package dev.gibbon.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cluster to test on: the one that the environment's {@code KUBECONFIG} names, otherwise
 * that of {@code ./dev cluster}, which is started if it is not up. Says on standard output which it
 * is.
 */
final class ClusterFinder {
    private static final Pattern PROGRAMS = Pattern.compile("export PATH=\"([^:\"]+):");

    private final Path checkout =
            Path.of(System.getProperty("gibbon.checkout", "..")).toAbsolutePath().normalize();
    private final OwnCluster own = new OwnCluster();

    Cluster find() {
        String named = System.getenv("KUBECONFIG");
        return named == null || named.isBlank()
                ? connect(ownKubeconfig(), ownPrograms(), "the one of ./dev cluster", own)
                : connect(Path.of(named), "", "named by KUBECONFIG", null);
    }

    /**
     * @param programs what the names of kubectl and helm follow: a directory with a slash at its
     *     end, or nothing where they are on the path
     */
    private Cluster connect(
            Path kubeconfig, String programs, String whose, @Nullable OwnCluster own) {
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
                new Program(programs + "helm", kubeconfig, checkout),
                new Program(checkout.resolve("gibbon").toString(), kubeconfig, checkout),
                own);
    }

    private String ownPrograms() {
        Matcher matcher = PROGRAMS.matcher(own.run("env").orThrow());
        if (!matcher.find()) {
            throw new IllegalStateException("./dev cluster env: no PATH with kubectl and helm");
        }
        return matcher.group(1) + "/";
    }

    private Path ownKubeconfig() {
        CommandResult answer = own.run("kubeconfig");
        if (answer.exitCode() != 0) {
            own.run("up").orThrow();
            answer = own.run("kubeconfig");
        }
        return Path.of(answer.orThrow().strip());
    }
}
