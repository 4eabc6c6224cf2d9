package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What a namespace cannot do to another, and the mesh to those that did not ask for it. */
@OnCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class IsolationTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PARENT = "{parent: {name: web, port: 80}, serviceRef: {name: %s}}";

    private final Cluster cluster;
    private final TestNamespace shop;
    private final TestNamespace rival;
    private final TestNamespace outside;

    IsolationTest(Cluster cluster, TestNamespace shop, Mesh mesh) {
        this.cluster = cluster;
        this.shop = shop;
        this.rival = cluster.createNamespace("rival");
        this.outside = cluster.createNamespace("outside");
        mesh.enable(shop);
        mesh.enable(rival);
    }

    @BeforeAll
    void start() {
        for (TestNamespace namespace : new TestNamespace[] {shop, rival}) {
            boolean inShop = namespace.equals(shop);
            namespace.apply(
                    """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: %2$s}
                    spec:
                      selector: {app: server}
                      ports: [{name: http, port: 80, targetPort: 8080, appProtocol: http}]
                    ---
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: server, labels: {app: server}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: application
                        image: %1$s
                        command: [serve, http, "8080", --name, %3$s]
                        readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                    ---
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: client}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: application, image: %1$s}]
                    """
                            .formatted(
                                    TestImages.applications(),
                                    inShop ? "web" : "lure",
                                    inShop ? "Shop" : "Rival"));
        }
        for (TestNamespace namespace : new TestNamespace[] {shop, rival}) {
            namespace.awaitReady("server");
            namespace.awaitReady("client");
            awaitFrom(namespace, "Shop");
        }
    }

    @AfterAll
    void end() {
        cluster.kubectl().run("delete", "namespace", "--wait=false", rival.name(), outside.name());
    }

    @Test
    void aRouteIsForItsOwnNamespaceUnlessItsParentIsAServiceOfIt() {
        // The rival would like to have the shop's customers, first by the name of the host.
        rivals("MeshService", "lure", "{protocol: http, service: {name: lure, port: 80}}");
        rivals(
                "MeshRoute",
                "by-host",
                "{hosts: [web.%s], serviceRef: {name: lure}}".formatted(shop.name()));
        awaitFrom(rival, "Rival");
        assertThat(from(shop)).contains("\"Shop\"");

        // Then with a parent: that of its own namespace, where there is no such Service.
        delete("meshroute/by-host");
        awaitFrom(rival, "Shop");
        rivals("MeshRoute", "by-parent", PARENT.formatted("lure"));
        awaitUnresolved("meshroute/by-parent", "ServiceNotFound");
        // Then with one of its own that is called the same: its own callers are what it gets.
        rival.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec:
                  selector: {app: server}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """);
        Eventually.expect(
                "resolved",
                SOON,
                () -> condition("meshroute/by-parent", "Programmed"),
                text -> text.startsWith("True"));
        assertThat(from(shop)).contains("\"Shop\"");
        assertThat(from(rival)).contains("\"Shop\"");

        // And the shop's own reaches everybody who calls it.
        String path = "{protocol: http, service: {name: web, port: 80}, path: /of-the-shop}";
        applyTo(shop, "MeshService", "web", path).orThrow();
        applyTo(shop, "MeshRoute", "web", PARENT.formatted("web")).orThrow();
        for (TestNamespace namespace : new TestNamespace[] {shop, rival}) {
            Eventually.expect(
                    "routed",
                    SOON,
                    () -> from(namespace),
                    text -> text.contains("/of-the-shop") && text.contains("\"Shop\""));
        }
    }

    @Test
    void aNamespaceCannotReadAnothersSecrets() {
        String text = "a secret of the shop's";
        shop.apply(
                """
                apiVersion: v1
                kind: Secret
                metadata: {name: authority}
                data: {ca.crt: %s}
                """
                        .formatted(
                                Base64.getEncoder()
                                        .encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        String spec =
                "{protocol: https, host: a.test, port: 443, tls: {verify: true, caSecret: %s}}";

        rivals("MeshService", "thief", spec.formatted("{name: authority}"));

        awaitUnresolved("meshservice/thief", "SecretNotFound");
        for (String reference :
                new String[] {
                    "{name: " + shop.name() + "/authority}",
                    "{name: authority, namespace: " + shop.name() + "}"
                }) {
            assertThat(applyTo(rival, "MeshService", "thief", spec.formatted(reference)).exitCode())
                    .isNotZero();
        }
        // Even of one's own, nothing of what is in it is told.
        applyTo(shop, "MeshService", "owner", spec.formatted("{name: authority}")).orThrow();
        String status =
                Eventually.expect(
                        "found to be no certificate",
                        SOON,
                        () ->
                                cluster.kubectl()
                                        .run(
                                                "-n",
                                                shop.name(),
                                                "get",
                                                "meshservice/owner",
                                                "-o",
                                                "jsonpath={.status}")
                                        .orThrow(),
                        answer -> answer.contains("\"ResolvedRefs\""));
        assertThat(status).doesNotContain(text).doesNotContain("a secret");
    }

    @Test
    void withoutTheOperatorPodsOfOthersStartAndThoseOfTheMeshAreNotStartedWithoutIt() {
        scale(0);
        try {
            Eventually.expect(
                    "gone",
                    SOON.multipliedBy(2),
                    () -> kubectl("-n", Mesh.NAMESPACE, "get", "pods", "-o", "name"),
                    String::isBlank);
            outside.apply(pod("plain", ""));
            rival.apply(pod("opted-out", ", labels: {gibbon.dev/inject: disabled}"));
            CommandResult refused =
                    cluster.kubectl()
                            .runWith(pod("member", ""), "-n", rival.name(), "apply", "-f", "-");
            CommandResult asked =
                    cluster.kubectl()
                            .runWith(
                                    pod("asked", ", labels: {gibbon.dev/inject: enabled}"),
                                    "-n",
                                    outside.name(),
                                    "apply",
                                    "-f",
                                    "-");

            outside.awaitReady("plain");
            rival.awaitReady("opted-out");
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.errors()).contains("namespace.injection.gibbon.dev");
            assertThat(asked.exitCode()).isNotZero();
            assertThat(asked.errors()).contains("pod.injection.gibbon.dev");
            // Those that run go on.
            assertThat(from(shop)).contains("\"Shop\"");
        } finally {
            scale(2);
            kubectl(
                    "-n",
                    Mesh.NAMESPACE,
                    "rollout",
                    "status",
                    "deployment/gibbon-operator",
                    "--timeout=120s");
        }
        Eventually.expect(
                "started",
                SOON,
                () ->
                        cluster.kubectl()
                                .runWith(pod("member", ""), "-n", rival.name(), "apply", "-f", "-"),
                result -> result.exitCode() == 0);
        assertThat(rival.awaitReady("member").getSpec().getInitContainers())
                .anyMatch(container -> container.getName().equals("gibbon-sidecar"));
    }

    private static String pod(String name, String metadata) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s%s}
        spec:
          terminationGracePeriodSeconds: 1
          containers: [{name: application, image: %s}]
        """
                .formatted(name, metadata, TestImages.applications());
    }

    private void scale(int replicas) {
        kubectl(
                "-n",
                Mesh.NAMESPACE,
                "scale",
                "deployment/gibbon-operator",
                "--replicas=" + replicas);
    }

    private void awaitFrom(TestNamespace client, String name) {
        Eventually.expect(
                "answered by " + name,
                SOON,
                () -> from(client),
                text -> text.contains('"' + name + '"'));
    }

    /** What a client in this namespace hears from the shop's Service. */
    private String from(TestNamespace client) {
        CommandResult result =
                client.exec(
                        "client",
                        "application",
                        "curl",
                        "-sS",
                        "-m",
                        "10",
                        "http://web." + shop.name());
        return result.output() + result.errors();
    }

    private void rivals(String kind, String name, String spec) {
        applyTo(rival, kind, name, spec).orThrow();
    }

    private CommandResult applyTo(TestNamespace namespace, String kind, String name, String spec) {
        String object =
                """
                apiVersion: gibbon.dev/v1alpha1
                kind: %s
                metadata: {name: %s}
                spec: %s
                """
                        .formatted(kind, name, spec);
        return cluster.kubectl().runWith(object, "-n", namespace.name(), "apply", "-f", "-");
    }

    private void delete(String object) {
        kubectl("-n", rival.name(), "delete", object);
    }

    private void awaitUnresolved(String object, String reason) {
        Eventually.expect(
                object + " unresolved",
                SOON,
                () -> condition(object, "ResolvedRefs"),
                text -> text.startsWith("False " + reason));
    }

    private String condition(String object, String type) {
        String path = "{.status.conditions[?(@.type==\"" + type + "\")]";
        return kubectl(
                "-n",
                rival.name(),
                "get",
                object,
                "-o",
                "jsonpath=" + path + ".status} " + path + ".reason}");
    }

    private String kubectl(String... arguments) {
        return cluster.kubectl().run(arguments).orThrow();
    }
}
