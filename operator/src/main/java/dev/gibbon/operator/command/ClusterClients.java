package dev.gibbon.operator.command;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Clients of the cluster that people mean; they wait for it, so it gives up soon. */
final class ClusterClients implements Clients {
    private static final int CONNECT_MILLIS = 5_000;

    private final Map<String, String> environment;
    private final Path home;

    /**
     * @param home of this user
     */
    ClusterClients(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    @Override
    public KubernetesClient open(ClusterSelection selection) throws CommandFailure {
        Config config =
                new ConfigBuilder(find(selection))
                        .withConnectionTimeout(CONNECT_MILLIS)
                        .withRequestRetryBackoffLimit(0)
                        .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private Config find(ClusterSelection selection) throws CommandFailure {
        String context = selection.context();
        String path = environment.getOrDefault("PATH", "");
        String variable = environment.getOrDefault("KUBECONFIG", "");
        Path usual = home.resolve(".kube").resolve("config");
        if (selection.kubeconfig() != null) {
            Path file = Path.of(selection.kubeconfig());
            Kubeconfig.ofFile(file).require(context, path);
            return Config.fromKubeconfig(context, file.toFile());
        }
        if (!variable.isBlank()) {
            Kubeconfig.ofVariable(variable).require(context, path);
        } else if (Files.exists(usual)) {
            Kubeconfig.ofFile(usual).require(context, path);
            return Config.fromKubeconfig(context, usual.toFile());
        } else if (!environment.containsKey("KUBERNETES_SERVICE_HOST")) {
            throw CommandFailure.ofUsage(
                    "no cluster is named (expected: --kubeconfig, KUBECONFIG, or " + usual + ")");
        } else if (context != null) {
            throw CommandFailure.ofUsage(
                    "--context: "
                            + context
                            + ", but there is no kubeconfig (expected: --kubeconfig, or KUBECONFIG)");
        }
        return Config.autoConfigure(context);
    }
}
