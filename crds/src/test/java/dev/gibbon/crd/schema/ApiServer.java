package dev.gibbon.crd.schema;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real API server with etcd, alone, that knows the committed custom resources. Its programs are
 * those of the test cluster. For tests of other modules too.
 */
public final class ApiServer implements AutoCloseable {
    private static final String VERSION = "1.37.0";
    private static final List<String> PROGRAMS = List.of("etcd", "kube-apiserver", "kubectl");
    private static final int PATIENCE_SECONDS = 60;

    private final Path directory;
    private final KubeAPIServer server;
    private final KubernetesClient client;

    private ApiServer(Path directory, KubeAPIServer server, KubernetesClient client) {
        this.directory = directory;
        this.server = server;
        this.client = client;
    }

    /** The directory with the programs, the newest where builds of several versions are kept. */
    private static Path programs() throws IOException {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base =
                cache == null || cache.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(cache);
        Path cluster = base.resolve("gibbon/cluster");
        if (Files.isDirectory(cluster)) {
            try (Stream<Path> directories = Files.list(cluster)) {
                Optional<Path> newest =
                        directories
                                .filter(ApiServer::hasPrograms)
                                .max(
                                        Comparator.comparingLong(
                                                path -> path.toFile().lastModified()));
                if (newest.isPresent()) {
                    return newest.get();
                }
            }
        }
        throw new AssertionError(
                cluster
                        + ": no directory with "
                        + PROGRAMS
                        + " (expected: the programs of the test cluster; without them leave out"
                        + " the tests tagged cluster)");
    }

    private static boolean hasPrograms(Path directory) {
        return PROGRAMS.stream().allMatch(name -> Files.isExecutable(directory.resolve(name)));
    }

    /**
     * Starts one, with a namespace {@code shop}.
     *
     * @throws AssertionError when its programs are not there
     */
    public static ApiServer start() throws IOException {
        Path found = programs();
        Path directory = Files.createTempDirectory("gibbon-crds");
        Path programs = directory.resolve("k8s/" + VERSION + "-linux-amd64");
        Files.createDirectories(programs);
        for (String program : PROGRAMS) {
            Files.createSymbolicLink(
                    programs.resolve(program), found.resolve(program).toAbsolutePath());
        }
        KubeAPIServer server =
                new KubeAPIServer(
                        KubeAPIServerConfigBuilder.anAPIServerConfig()
                                .withTestDir(directory.toString())
                                .withOfflineMode(true)
                                .withApiServerVersion(VERSION)
                                .withUpdateKubeConfig(false)
                                .build());
        server.start();
        Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
        KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
        ApiServer started = new ApiServer(directory, server, client);
        try {
            started.install();
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
        return started;
    }

    private void install() throws IOException {
        Path checkout = Path.of(System.getProperty("gibbon.checkout", ".."));
        try (Stream<Path> files = Files.list(checkout.resolve("crds/yaml"))) {
            for (Path file : files.toList()) {
                CustomResourceDefinition definition =
                        Serialization.unmarshal(
                                Files.readString(file), CustomResourceDefinition.class);
                client.resource(definition).create();
                client.resource(definition)
                        .waitUntilCondition(
                                ApiServer::isEstablished, PATIENCE_SECONDS, TimeUnit.SECONDS);
                awaitDocumented(definition);
            }
        }
        client.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName("shop")
                                .endMetadata()
                                .build())
                .create();
    }

    /**
     * An established resource can be used, but what {@code kubectl explain} reads is published some
     * moments later. Each question takes the server some milliseconds, which paces the next.
     */
    private void awaitDocumented(CustomResourceDefinition definition) {
        String group = definition.getSpec().getGroup();
        String version = definition.getSpec().getVersions().getFirst().getName();
        String resource = "/" + definition.getSpec().getNames().getPlural();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            String document = client.raw("/openapi/v3/apis/" + group + "/" + version);
            if (document != null && document.contains(resource + "\"")) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        definition.getMetadata().getName() + ": not documented by the API server");
            }
        }
    }

    private static boolean isEstablished(CustomResourceDefinition definition) {
        var status = definition == null ? null : definition.getStatus();
        return status != null
                && status.getConditions() != null
                && status.getConditions().stream()
                        .anyMatch(condition ->
                                Objects.equals(condition.getType(), "Established")
                                        && Objects.equals(condition.getStatus(), "True"));
    }

    /** Allowed everything. */
    public KubernetesClient client() {
        return client;
    }

    /**
     * Runs {@code kubectl} in the namespace {@code shop}.
     *
     * @return what it prints, errors included
     */
    public String kubectl(String... arguments) throws IOException, InterruptedException {
        Path kubeconfig = directory.resolve("kubeconfig");
        Files.writeString(kubeconfig, server.getKubeConfigYaml());
        List<String> command = new ArrayList<>();
        command.add(directory.resolve("k8s/" + VERSION + "-linux-amd64/kubectl").toString());
        command.addAll(List.of("--kubeconfig", kubeconfig.toString(), "--namespace", "shop"));
        command.addAll(List.of("--cache-dir", directory.resolve("cache").toString()));
        command.addAll(List.of(arguments));
        Path printed = directory.resolve("printed");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(printed.toFile())
                        .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + ": still running after " + PATIENCE_SECONDS + " s");
        }
        return Files.readString(printed);
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.stop();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
