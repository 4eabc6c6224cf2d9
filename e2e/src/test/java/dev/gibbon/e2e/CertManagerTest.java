package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gibbon.e2e.load.Load;
import dev.gibbon.e2e.load.LoadReport;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A mesh whose intermediate a real cert-manager issues, from an issuer that is missing at first to
 * the end of the release. Each step stands on the one before. The issuer is that of the example.
 */
@OnCluster
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class CertManagerTest {
    private static final String EXAMPLE = "examples/cert-manager/";
    private static final String NAME = "gibbon-intermediate";
    private static final String ISSUER = "ClusterIssuer mesh-root: there is none";
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration STEP = Duration.ofMinutes(8);
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

    private final Cluster cluster;
    private final Mesh mesh;
    private final TestNamespace namespace;
    private @Nullable HttpServer server;

    CertManagerTest(Cluster cluster, TestNamespace namespace) {
        this.cluster = cluster;
        this.mesh = new Mesh(cluster);
        this.namespace = namespace;
    }

    @BeforeAll
    void startWithoutIssuer() {
        assumeTrue(cluster.own().isPresent(), "cert-manager is installed in our own cluster only");
        mesh.uninstall();
        Eventually.expect("gone", SOON, () -> secret("gibbon-ca"), Objects::isNull);
        cluster.own().orElseThrow().run("cert-manager").orThrow();
        mesh.enable(namespace);
    }

    @AfterAll
    void end() {
        if (cluster.own().isPresent()) {
            mesh.uninstall();
            cluster.own().orElseThrow().run("cert-manager", "remove").orThrow();
        }
    }

    private @Nullable Secret secret(String name) {
        return cluster.client().secrets().inNamespace(Mesh.NAMESPACE).withName(name).get();
    }

    private Secret required(String name) {
        return Objects.requireNonNull(secret(name), name);
    }

    private static String text(Secret secret, String key) {
        return new String(
                Base64.getDecoder().decode(secret.getData().getOrDefault(key, "")),
                StandardCharsets.US_ASCII);
    }

    private static List<X509Certificate> certificates(String text) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (String pem : PEM.matcher(text).results().map(MatchResult::group).toList()) {
            try {
                certificates.add(
                        (X509Certificate)
                                CertificateFactory.getInstance("X.509")
                                        .generateCertificate(
                                                new ByteArrayInputStream(
                                                        pem.getBytes(StandardCharsets.US_ASCII))));
            } catch (CertificateException e) {
                throw new AssertionError(pem, e);
            }
        }
        return certificates;
    }

    private X509Certificate root() {
        Secret secret =
                cluster.client().secrets().inNamespace("cert-manager").withName("mesh-root").get();
        return certificates(text(secret, "tls.crt")).getFirst();
    }

    /** What the operator signs with: the intermediate, then its root. */
    private List<X509Certificate> signing() {
        return certificates(text(required("gibbon-ca"), "authority.pem"));
    }

    /** What the sidecar of a pod shows to whoever speaks the mesh's TLS to it. */
    private List<X509Certificate> shown(String address) {
        String domain = text(required("gibbon-ca"), "trust-domain").strip();
        return certificates(
                namespace
                        .exec(
                                "stranger",
                                "stranger",
                                "sh",
                                "-c",
                                "echo | openssl s_client -connect "
                                        + address
                                        + ":8080 -showcerts -alpn '"
                                        + meshProtocol(domain)
                                        + "' 2>&1; true")
                        .output());
    }

    /** The application protocol by which sidecars of a trust domain know each other. */
    private static String meshProtocol(String domain) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(domain.getBytes(StandardCharsets.US_ASCII));
            return "gibbon/1/"
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(Arrays.copyOf(digest, 12));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private List<X509Certificate> shownByAServer() {
        return shown(
                cluster
                        .client()
                        .pods()
                        .inNamespace(namespace.name())
                        .withLabel("app", "server")
                        .list()
                        .getItems()
                        .stream()
                        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                        .findFirst()
                        .orElseThrow()
                        .getStatus()
                        .getPodIP());
    }

    private void pod(String name, String labels) {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {%2$s}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: %1$s
                    image: %3$s
                    command: [sh, -c, "while :; do sleep 1; done"]
                """
                        .formatted(name, labels, TestImages.applications()));
    }

    @Test
    @Order(1)
    void withoutItsIssuerTheMeshSaysSoAndStartsNoPodUnmeshed() {
        mesh.installWithoutWaiting(
                "certManager.issuerRef.name=mesh-root", "certManager.issuerRef.kind=ClusterIssuer");

        Eventually.expect(
                "an Event of the Certificate",
                SOON,
                () ->
                        cluster.kubectl()
                                .run("describe", "certificate", NAME, "-n", Mesh.NAMESPACE)
                                .output(),
                text -> text.contains("IssuerMissing") && text.contains(ISSUER));
        CommandResult check = cluster.gibbon().run("check");
        assertThat(check.output()).contains(ISSUER);
        assertThat(check.exitCode()).isNotZero();
        assertThat(secret("gibbon-ca")).isNull();
        assertThatThrownBy(() -> pod("early", ""))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("injection.gibbon.dev");
    }

    @Test
    @Order(2)
    void withTheIssuerPodsSpeakMutualTlsBelowItsRoot() {
        cluster.kubectl().run("apply", "-f", EXAMPLE).orThrow();
        mesh.awaitOperator();
        server = HttpServer.start(cluster, namespace, 2);
        pod("client", "");
        pod("stranger", "gibbon.dev/inject: disabled");
        namespace.awaitReady("client");
        namespace.awaitReady("stranger");

        String answer =
                namespace
                        .exec("client", "client", "curl", "-sS", "--fail", "http://server:8080/")
                        .orThrow();

        assertThat(answer).contains("\"path\": \"/\"");
        Eventually.expect(
                "logged",
                SOON,
                () -> namespace.logs("client", Mesh.SIDECAR),
                log -> log.contains("\"upstream_tls\":\"mesh\""));
        List<X509Certificate> chain = shownByAServer();
        assertThat(chain).hasSize(2).element(1).isEqualTo(signing().getFirst());
        assertThat(signing()).hasSize(2).element(1).isEqualTo(root());
        assertThat(cluster.gibbon().run("check").output())
                .contains("ClusterIssuer mesh-root, until ");
    }

    /** What the release grants besides, because an issuer is configured, and what it does not. */
    @ParameterizedTest
    @Order(3)
    @CsvSource({
        "yes, create, certificates.cert-manager.io, gibbon-system",
        "yes, patch, certificates.cert-manager.io/gibbon-intermediate, gibbon-system",
        "yes, get, clusterissuers.cert-manager.io/mesh-root, gibbon-system",
        "no, create, certificates.cert-manager.io, default",
        "no, list, certificates.cert-manager.io, gibbon-system",
        "no, patch, certificates.cert-manager.io/another, gibbon-system",
        "no, delete, certificates.cert-manager.io/gibbon-intermediate, gibbon-system",
        "no, create, certificaterequests.cert-manager.io, gibbon-system",
        "no, get, clusterissuers.cert-manager.io/another, gibbon-system",
        "no, patch, clusterissuers.cert-manager.io/mesh-root, gibbon-system",
        "no, get, issuers.cert-manager.io/mesh-root, gibbon-system",
        "no, patch, secrets/another, gibbon-system",
        "no, patch, secrets/gibbon-intermediate, default",
        "no, delete, secrets/gibbon-intermediate, gibbon-system",
    })
    void operatorMayDoOnlyWhatAnIssuerTakes(
            String answer, String verb, String object, String inNamespace) {
        assertThat(
                        cluster.kubectl()
                                .run(
                                        "auth",
                                        "can-i",
                                        verb,
                                        object,
                                        "--namespace",
                                        inNamespace,
                                        "--as",
                                        "system:serviceaccount:gibbon-system:gibbon-operator")
                                .output()
                                .strip())
                .isEqualTo(answer);
    }

    @Test
    @Order(4)
    void noRequestFailsWhileTheIntermediateIsRenewed() {
        X509Certificate before = signing().getFirst();
        Load load = Load.start(cluster, namespace, "renewal-load", "http://server:8080/", 3, 3, 50);

        cluster.client().secrets().inNamespace(Mesh.NAMESPACE).withName(NAME).delete();
        Eventually.expect(
                "another intermediate signs",
                SOON,
                () -> signing().getFirst(),
                now -> !now.equals(before));
        Objects.requireNonNull(server, "the step before").restart();
        load.awaitRequests(load.now().requests() + 500, SOON);

        assertThat(shownByAServer()).element(1).isEqualTo(signing().getFirst());
        assertThat(signing()).hasSize(2).element(1).isEqualTo(root());
        LoadReport report = load.stop();
        assertThat(report.failed()).as(report.text()).isZero();
    }

    @Test
    @Order(5)
    void theReleaseLeavesNoKeyBehind() {
        mesh.uninstall();

        Eventually.expect("gone", SOON, () -> secret(NAME), Objects::isNull);
        Eventually.expect("gone", SOON, () -> secret("gibbon-ca"), Objects::isNull);
        assertThat(
                        cluster.kubectl()
                                .run("get", "certificates", "-n", Mesh.NAMESPACE, "-o", "name")
                                .output())
                .isEmpty();
    }

    /** In the steps of a change of roots: three minutes for kubelets, six for old certificates. */
    @Test
    @Order(6)
    @Timeout(1800)
    void noRequestFailsWhileAMeshWithItsOwnRootMovesBelowTheIssuer() {
        mesh.install("mesh.certificateLifetime=1m");
        cluster.kubectl().run("apply", "-f", EXAMPLE).orThrow();
        cluster.client().apps().deployments().inNamespace(namespace.name()).delete();
        cluster.client().pods().inNamespace(namespace.name()).withGracePeriod(0).delete();
        server = HttpServer.start(cluster, namespace, 2);
        pod("stranger", "gibbon.dev/inject: disabled");
        namespace.awaitReady("stranger");
        assertThat(shownByAServer()).hasSize(1);
        X509Certificate own = signing().getFirst();
        Load load = Load.start(cluster, namespace, "move-load", "http://server:8080/", 3, 3, 50);

        mesh.install(
                "mesh.certificateLifetime=1m",
                "certManager.issuerRef.name=mesh-root",
                "certManager.issuerRef.kind=ClusterIssuer");
        Eventually.expect("both are trusted", SOON, this::signing, now -> now.size() == 2);
        assertThat(signing()).containsExactly(own, root());
        List<X509Certificate> moved =
                Eventually.expect(
                        "the issuer's signs", STEP, this::signing, now -> now.size() == 3);
        assertThat(moved).endsWith(root(), own);
        Eventually.expect("the old root is gone", STEP, this::signing, now -> now.size() == 2);
        load.awaitRequests(load.now().requests() + 1000, SOON);

        assertThat(signing()).containsExactly(moved.getFirst(), root());
        assertThat(shownByAServer()).element(1).isEqualTo(moved.getFirst());
        LoadReport report = load.stop();
        assertThat(report.failed()).as(report.text()).isZero();
    }
}
