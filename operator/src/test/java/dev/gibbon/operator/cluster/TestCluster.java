package dev.gibbon.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.operator.AuthorityOpening;
import dev.gibbon.operator.OperatorSettings;
import dev.gibbon.operator.RunningOperator;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A cluster for one test class; what the test makes in it is removed when it is closed. */
final class TestCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final KubernetesClient client;
    private final String suffix = UUID.randomUUID().toString().substring(0, 8);
    private final List<String> namespaces = new ArrayList<>();
    private final List<String> definitions = new ArrayList<>();
    private final Deque<Runnable> open = new ConcurrentLinkedDeque<>();

    /** Finds the cluster, or skips the test and says why. */
    TestCluster() {
        Optional<Path> kubeconfig = kubeconfig();
        Assumptions.assumeTrue(
                kubeconfig.isPresent(), "no cluster: set KUBECONFIG, or run ./dev cluster up");
        client =
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(kubeconfig.orElseThrow().toFile()))
                        .build();
        // An operator keeps the roots of every labelled namespace; two would fight over them.
        Assumptions.assumeTrue(
                client.admissionRegistration()
                                .v1()
                                .mutatingWebhookConfigurations()
                                .withName("gibbon-injection")
                                .get()
                        == null,
                "the cluster has a mesh already: run these tests before it is installed");
    }

    /** The CRDs of this checkout, until the end of the test, unless the cluster has some. */
    void customResources() throws IOException {
        for (String plural : List.of("meshservices", "meshroutes")) {
            if (client.apiextensions()
                            .v1()
                            .customResourceDefinitions()
                            .withName(plural + ".gibbon.dev")
                            .get()
                    != null) {
                continue;
            }
            try (InputStream yaml =
                    Files.newInputStream(Path.of("../crds/yaml/" + plural + ".gibbon.dev.yaml"))) {
                client.load(yaml).serverSideApply();
            }
            definitions.add(plural + ".gibbon.dev");
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(plural + ".gibbon.dev")
                    .waitUntilCondition(
                            TestCluster::isEstablished, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** One that was just made has no conditions yet. */
    private static boolean isEstablished(@Nullable CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                && definition.getStatus().getConditions() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                condition.getType().equals("Established")
                                        && condition.getStatus().equals("True"));
    }

    private static Optional<Path> kubeconfig() {
        String set = System.getenv("KUBECONFIG");
        if (set != null && !set.isEmpty()) {
            return Optional.of(Path.of(set));
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root =
                cache == null || cache.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(cache);
        return Optional.of(root.resolve("gibbon/cluster/run/pki/admin.kubeconfig"))
                .filter(Files::isReadable);
    }

    /** A namespace of the test's own. */
    String namespace(String name, Map<String, String> labels) {
        String full = name + "-" + suffix;
        client.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(full)
                                .withLabels(labels)
                                .endMetadata()
                                .build())
                .create();
        namespaces.add(full);
        return full;
    }

    void serviceAccount(String namespace, String name) {
        client.resource(
                        new ServiceAccountBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName(name)
                                .endMetadata()
                                .build())
                .create();
    }

    /** A pod that no node runs, meshed or not; without an address. */
    Pod pod(String namespace, String name, String serviceAccount, boolean meshed) {
        PodBuilder pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .addToLabels("gibbon.dev/inject", "disabled")
                        .endMetadata()
                        .withNewSpec()
                        .withSchedulerName("none")
                        .withServiceAccountName(serviceAccount)
                        .withAutomountServiceAccountToken(false)
                        .addNewContainer()
                        .withName("app")
                        .withImage("example.invalid/app:1")
                        .endContainer()
                        .endSpec();
        if (meshed) {
            pod.editSpec()
                    .addNewInitContainer()
                    .withName("gibbon-sidecar")
                    .withImage("example.invalid/sidecar:1")
                    .withRestartPolicy("Always")
                    .endInitContainer()
                    .endSpec();
        }
        return client.resource(pod.build()).create();
    }

    /** Gives a pod addresses, as a kubelet would. */
    void address(Pod pod, String... addresses) {
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .editStatus(now ->
                        new PodBuilder(now)
                                .editOrNewStatus()
                                .withPhase("Running")
                                .withPodIP(addresses[0])
                                .withPodIPs(Arrays.stream(addresses).map(PodIP::new).toList())
                                .endStatus()
                                .build());
    }

    /** A token as the kubelet would project it. */
    String token(Pod pod, String audience) {
        TokenRequest request =
                new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audience)
                        .withExpirationSeconds(3600L)
                        .withNewBoundObjectRef()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod.getMetadata().getName())
                        .withUid(pod.getMetadata().getUid())
                        .endBoundObjectRef()
                        .endSpec()
                        .build();
        return client.serviceAccounts()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getSpec().getServiceAccountName())
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    /** A Service without selector, port 80 named http; gives its virtual address. */
    String service(String namespace, String name) {
        return client.resource(
                        new ServiceBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName(name)
                                .endMetadata()
                                .withNewSpec()
                                .addNewPort()
                                .withName("http")
                                .withPort(80)
                                .withNewTargetPort(8080)
                                .endPort()
                                .endSpec()
                                .build())
                .create()
                .getSpec()
                .getClusterIP();
    }

    /** Replaces the endpoints of a Service. */
    void endpoints(String namespace, String service, String... addresses) {
        client.resource(
                        new EndpointSliceBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName(service + "-test")
                                .addToLabels("kubernetes.io/service-name", service)
                                .endMetadata()
                                .withAddressType("IPv4")
                                .withPorts(
                                        new EndpointPortBuilder()
                                                .withName("http")
                                                .withPort(8080)
                                                .withProtocol("TCP")
                                                .build())
                                .withEndpoints(
                                        Arrays.stream(addresses)
                                                .map(ip ->
                                                        new EndpointBuilder()
                                                                .withAddresses(ip)
                                                                .withNewConditions()
                                                                .withReady(true)
                                                                .endConditions()
                                                                .build())
                                                .toList())
                                .build())
                .createOr(resource -> resource.update());
    }

    /** An operator in this process, with its Secret and Lease in that namespace. */
    RunningOperator operator(String namespace, Log log) throws IOException {
        IpPort any = new IpPort(IpAddress.of("127.0.0.1"), 0);
        KubernetesClient own =
                new KubernetesClientBuilder().withConfig(client.getConfiguration()).build();
        open.addFirst(own::close);
        OperatorSettings settings =
                new OperatorSettings(
                        namespace,
                        "operator-" + UUID.randomUUID(),
                        MeshMode.PERMISSIVE,
                        Optional.empty(),
                        Duration.ofHours(1),
                        "cluster.local",
                        Log.Level.INFO,
                        false,
                        any,
                        any,
                        any,
                        Optional.empty(),
                        Optional.empty());
        RunningOperator operator =
                RunningOperator.start(
                        settings, own, authority(settings, own, log), InstantSource.system(), log);
        open.addFirst(operator::close);
        return operator;
    }

    private static CertificateAuthority authority(
            OperatorSettings settings, KubernetesClient client, Log log) throws IOException {
        try {
            return new AuthorityOpening(settings, client, InstantSource.system(), log)
                    .await(_ -> false)
                    .orElseThrow();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Waits until this is so. */
    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for: " + what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Nullable String trust(String namespace) {
        var map = client.configMaps().inNamespace(namespace).withName("gibbon-trust").get();
        return map == null ? null : map.getData().get("roots.pem");
    }

    @Override
    public void close() {
        open.forEach(Runnable::run);
        for (String namespace : namespaces) {
            client.pods().inNamespace(namespace).withGracePeriod(0).delete();
            client.namespaces().withName(namespace).delete();
        }
        // Waited for: an installation that comes next must not meet them on their way out.
        for (String definition : definitions) {
            var resource =
                    client.apiextensions().v1().customResourceDefinitions().withName(definition);
            resource.delete();
            until("the end of " + definition, () -> resource.get() == null);
        }
        client.close();
    }
}
