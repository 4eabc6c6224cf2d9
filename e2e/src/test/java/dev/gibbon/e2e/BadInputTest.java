package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody hears who applies what is wrong, and that nobody else hears of it. */
@OnCluster
@Timeout(180)
class BadInputTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String VERIFIED_BY =
            "{protocol: https, host: a.test, port: 443, tls: {verify: true, caSecret: {name: %s}}}";

    private final Cluster cluster;
    private final TestNamespace namespace;
    private final Mesh mesh;

    BadInputTest(Cluster cluster, TestNamespace namespace, Mesh mesh) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.mesh = mesh;
    }

    /** A few; all of them are in the tests of the definitions. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MeshService | {} | spec | exactly one of host and service must be set",
                "MeshService | {host: 'http://a.test', port: 80} | spec.host | must be a host name or an IP address",
                "MeshService | {host: a.test, port: 65536} | spec.port | less than or equal to 65535",
                "MeshService | {host: a.test, port: 443, tls: {}} | spec.tls | protocol is https or tls",
                "MeshService | {host: a.test, port: 80, hots: b.test} | hots | unknown field",
                "MeshService | {service: {name: b.other, port: 80}} | spec.service.name | must be the name of a Kubernetes Service",
                "MeshService | {service: {name: b, port: 80, namespace: other}} | spec.service.namespace | unknown field",
                "MeshRoute | {paths: ['/(?=a)'], serviceRef: {name: web}} | spec.paths[0] | invalid",
                "MeshRoute | {hosts: ['a.*.test'], serviceRef: {name: web}} | spec.hosts[0] | one * may be",
                "MeshRoute | {paths: [/], methods: [get], serviceRef: {name: web}} | spec.methods[0] | must be upper-case letters",
                "MeshRoute | {protocols: [http, tcp], parent: {name: b, port: 80}, serviceRef: {name: web}} | spec.protocols | of http and https, or of tcp and tls",
                "MeshRoute | {paths: [/], serviceRef: {name: other/web}} | spec.serviceRef.name | must be the name of a MeshService",
                "MeshRoute | {parent: {name: b, port: 80, namespace: other}, serviceRef: {name: web}} | spec.parent.namespace | unknown field",
                "MeshRoute | {paths: [/]} | spec.serviceRef | Required value",
            })
    void whatBreaksARuleIsRefusedAndTheAnswerNamesFieldAndRule(
            String kind, String spec, String field, String rule) {
        CommandResult result = apply(kind, "wrong", spec);

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.errors()).contains(field).contains(rule);
    }

    @Test
    void whatRefersToNothingSaysSoAndBreaksNothingElse() {
        mesh.enable(namespace);
        namespace.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: server}
                spec:
                  selector: {app: server}
                  ports: [{name: http, port: 80, targetPort: 8080, appProtocol: http}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: special}
                spec:
                  selector: {app: server}
                  ports: [{name: http, port: 80, targetPort: 8081, appProtocol: http}]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: server, labels: {app: server}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: ordinary
                    image: %1$s
                    command: [serve, http, "8080", --name, Ordinary]
                    readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                  - {name: special, image: %1$s, command: [serve, http, "8081", --name, Special]}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: client}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: application, image: %1$s}]
                """
                        .formatted(TestImages.applications()));
        namespace.awaitReady("server");
        namespace.awaitReady("client");
        apply("MeshService", "special", "{protocol: http, service: {name: special, port: 80}}")
                .orThrow();
        apply(
                        "MeshRoute",
                        "good",
                        "{headers: {x-version: [special]}, parent: {name: server, port: 80}, serviceRef: {name: special}}")
                .orThrow();
        awaitAnswer("special", "Special");

        apply("MeshService", "nowhere", "{service: {name: missing, port: 80}}").orThrow();
        apply("MeshService", "no-port", "{service: {name: server, port: 81}}").orThrow();
        apply("MeshService", "no-secret", VERIFIED_BY.formatted("missing")).orThrow();
        secret("broken", "nothing");
        apply("MeshService", "broken-secret", VERIFIED_BY.formatted("broken")).orThrow();
        secret("expired", resource("expired-authority.pem"));
        apply("MeshService", "expired-authority", VERIFIED_BY.formatted("expired")).orThrow();
        String route =
                "{headers: {x-version: [lost]}, parent: {name: %s, port: 80}, serviceRef: {name: %s}}";
        apply("MeshRoute", "no-service", route.formatted("server", "missing")).orThrow();
        apply("MeshRoute", "no-parent", route.formatted("missing", "special")).orThrow();
        apply("MeshRoute", "to-nowhere", route.formatted("server", "nowhere")).orThrow();

        unresolved("meshservice/nowhere", "ServiceNotFound", "missing");
        unresolved("meshservice/no-port", "PortNotFound", "81");
        unresolved("meshservice/no-secret", "SecretNotFound", "missing");
        unresolved("meshservice/broken-secret", "SecretInvalid", "broken");
        unresolved("meshservice/expired-authority", "CertificateExpired", "expired at 2000-01-02");
        unresolved("meshroute/no-service", "MeshServiceNotFound", "missing");
        unresolved("meshroute/no-parent", "ServiceNotFound", "missing");
        unresolved("meshroute/to-nowhere", "MeshServiceNotReady", "nowhere");

        checkNames(
                "no Secret missing",
                "Secret broken holds no certificate",
                "Secret expired, ca.crt: ended");

        assertThat(condition("meshroute/good", "Programmed")).startsWith("True");
        assertThat(answer("special")).contains("Special");
        assertThat(answer("any")).contains("Ordinary");
        // What the route is for is refused, as its condition says; it does not go just anywhere.
        assertThat(answer("lost")).doesNotContain("Ordinary", "Special");
        // Changes still arrive.
        apply(
                        "MeshRoute",
                        "good",
                        "{headers: {x-version: [other]}, parent: {name: server, port: 80}, serviceRef: {name: special}}")
                .orThrow();
        awaitAnswer("other", "Special");
        awaitAnswer("special", "Ordinary");
    }

    private void unresolved(String object, String reason, String name) {
        Eventually.expect(
                object + " unresolved",
                SOON,
                () -> condition(object, "ResolvedRefs"),
                text -> text.startsWith("False " + reason) && text.contains(name));
        assertThat(condition(object, "Programmed")).startsWith("False");
        Eventually.expect(
                "an Event about " + object,
                SOON,
                () -> cluster.kubectl().run("-n", namespace.name(), "describe", object).orThrow(),
                text -> text.contains("Warning") && text.contains(reason));
    }

    private void checkNames(String... findings) {
        String report = cluster.gibbon().run("check").output();
        assertThat(report).contains(findings);
    }

    private void secret(String name, String authority) {
        cluster.client()
                .resource(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace.name())
                                .withName(name)
                                .endMetadata()
                                .withStringData(Map.of("ca.crt", authority))
                                .build())
                .create();
    }

    private static String resource(String name) {
        try (InputStream stream = BadInputTest.class.getResourceAsStream("/" + name)) {
            return new String(
                    Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String condition(String object, String type) {
        String path = "{.status.conditions[?(@.type==\"" + type + "\")]";
        String template = path + ".status} " + path + ".reason} " + path + ".message}";
        return cluster.kubectl()
                .run("-n", namespace.name(), "get", object, "-o", "jsonpath=" + template)
                .orThrow();
    }

    private void awaitAnswer(String version, String name) {
        Eventually.expect(name, SOON, () -> answer(version), text -> text.contains(name));
    }

    private String answer(String version) {
        CommandResult result =
                namespace.exec(
                        "client",
                        "application",
                        "curl",
                        "-sS",
                        "-m",
                        "10",
                        "-H",
                        "x-version: " + version,
                        "http://server");
        return result.output() + result.errors();
    }

    private CommandResult apply(String kind, String name, String spec) {
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
}
