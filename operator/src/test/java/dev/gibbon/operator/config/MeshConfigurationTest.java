package dev.gibbon.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedMessage;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.RuleResource;
import dev.gibbon.core.feed.FeedResource.ServiceResource;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshStatus;
import dev.gibbon.operator.discovery.ServiceFact;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshConfigurationTest {
    private static final String KEY = "very-secret";
    private static final String PAY =
            "{host: pay.test, port: 443, protocol: https,"
                    + " tls: {clientCertificateSecret: {name: me}}}";

    private final List<MeshObject<MeshService>> services = new ArrayList<>();
    private final List<MeshObject<MeshRoute>> routes = new ArrayList<>();
    private final Map<String, ServiceFact> known = new HashMap<>();
    private final Map<SecretRef, SecretValue> secrets = new HashMap<>();

    @Test
    void routeIsForItsOwnNamespace() {
        service("shop", "v2", "{host: v2.example.com, port: 80}");
        route("shop", "checkout", "{hosts: [b.example.com], serviceRef: {name: v2}}");

        MeshConfiguration compiled = compile();

        assertThat(names(compiled.of("shop"))).containsExactly("shop/v2", "shop/checkout");
        assertThat(compiled.of("bank")).isEmpty();
        assertThat(verdict(compiled, "MeshRoute shop/checkout").audience()).contains("shop");
        assertThat(compiled.verdicts().values()).allMatch(Verdict::isGood);
    }

    @Test
    void routeWithAParentIsForEverybodyAndForThatDestinationAlone() {
        kubernetesService("shop", "b", 80, "10.96.0.2", "fd01::2");
        service("shop", "v2", "{host: v2.example.com, port: 80}");
        route("shop", "split", "{parent: {name: b, port: 80}, serviceRef: {name: v2}}");

        MeshConfiguration compiled = compile();

        assertThat(names(compiled.of("bank"))).contains("shop/split", "shop/v2");
        assertThat(names(compiled.of("shop")))
                .containsExactlyInAnyOrderElementsOf(names(compiled.of("bank")));
        assertThat(rules(compiled.of("bank")))
                .isNotEmpty()
                .allSatisfy(
                        rule -> assertThat(rule.toString()).containsAnyOf("10.96.0.2", "fd01::2"));
        assertThat(verdict(compiled, "MeshRoute shop/split").audience()).isEmpty();
    }

    @Test
    void referencesStayInTheNamespace() {
        service("bank", "vault", "{host: vault.example.com, port: 80}");
        kubernetesService("bank", "b", 80, "10.96.0.9");
        route("shop", "steal", "{paths: [/], serviceRef: {name: vault}}");
        route("shop", "hijack", "{parent: {name: b, port: 80}, serviceRef: {name: vault}}");

        MeshConfiguration compiled = compile();

        assertThat(reason(compiled, "MeshRoute shop/steal")).isEqualTo("MeshServiceNotFound");
        assertThat(reason(compiled, "MeshRoute shop/hijack")).isEqualTo("MeshServiceNotFound");
        assertThat(compiled.of("bank")).noneMatch(RuleResource.class::isInstance);
    }

    @Test
    void routeToAServiceThatIsNotThereRefusesRatherThanLettingThrough() {
        route("shop", "checkout", "{hosts: [b.example.com], serviceRef: {name: none}}");

        MeshConfiguration compiled = compile();

        assertThat(rules(compiled.of("shop"))).isNotEmpty();
        assertThat(compiled.of("shop")).noneMatch(ServiceResource.class::isInstance);
        assertThat(verdict(compiled, "MeshRoute shop/checkout").isGood()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{service: {name: b, port: 80}} | ResolvedRefs",
                "{service: {name: c, port: 80}} | ServiceNotFound",
                "{service: {name: b, port: 81}} | PortNotFound",
                "{host: x, port: 443, protocol: https, tls: {verify: true, caSecret: {name: ca}}} |"
                        + " ResolvedRefs",
                "{host: x, port: 443, protocol: https, tls: {verify: true, caSecret: {name: no}}} |"
                        + " SecretNotFound"
            })
    void referencesOfAMeshServiceAreLookedAt(String spec, String reason) {
        kubernetesService("shop", "b", 80, "10.96.0.2");
        secrets.put(
                new SecretRef.Authorities("shop", "ca", "ca.crt"),
                new SecretValue.Certificates("PEM"));
        secrets.put(
                new SecretRef.Authorities("shop", "no", "ca.crt"),
                new SecretValue.Unusable("SecretNotFound", "no Secret no in this namespace"));
        service("shop", "s", spec);

        MeshConfiguration compiled = compile();

        assertThat(reason(compiled, "MeshService shop/s")).isEqualTo(reason);
        assertThat(compiled.of("shop")).hasSize(reason.equals("ResolvedRefs") ? 1 : 0);
    }

    @Test
    void serviceWhoseAuthorityIsStillBeingReadIsNotUsedAndNotJudged() {
        service(
                "shop",
                "s",
                "{host: x, port: 443, protocol: https, tls: {verify: true, caSecret: {name: ca}}}");
        secrets.put(new SecretRef.Authorities("shop", "ca", "ca.crt"), new SecretValue.Pending());

        MeshConfiguration compiled = compile();

        assertThat(compiled.of("shop")).isEmpty();
        assertThat(verdict(compiled, "MeshService shop/s").pending()).isTrue();
        assertThat(compiled.secrets())
                .containsExactly(new SecretRef.Authorities("shop", "ca", "ca.crt"));
    }

    @Test
    void invalidObjectHasNoEffectAndSpoilsNoOther() {
        service("shop", "good", "{host: x, port: 80}");
        service("shop", "bad", "{host: x, port: 80, protocol: smtp}");
        route("shop", "bad", "{paths: ['/('], serviceRef: {name: good}}");
        route("shop", "good", "{paths: [/], serviceRef: {name: good}}");

        MeshConfiguration compiled = compile();

        assertThat(verdict(compiled, "MeshService shop/bad").accepted().message())
                .contains("spec.protocol");
        assertThat(verdict(compiled, "MeshRoute shop/bad").accepted())
                .satisfies(accepted -> {
                    assertThat(accepted.met()).isFalse();
                    assertThat(accepted.reason()).isEqualTo("Invalid");
                    assertThat(accepted.message()).contains("spec.paths");
                });
        assertThat(names(compiled.of("shop"))).containsExactly("shop/good", "shop/good");
    }

    @Test
    void protocolsThatDoNotFitAreSaid() {
        service("shop", "db", "{host: x, port: 5432, protocol: tcp}");
        route("shop", "r", "{protocols: [http], paths: [/], serviceRef: {name: db}}");

        assertThat(reason(compile(), "MeshRoute shop/r")).isEqualTo("IncompatibleProtocol");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: b, port: 80} | ResolvedRefs",
                "{name: c, port: 80} | ServiceNotFound",
                "{name: b, port: 81} | PortNotFound",
                "{name: headless, port: 80} | ParentHasNoClusterIP"
            })
    void parentIsLookedAt(String parent, String reason) {
        kubernetesService("shop", "b", 80, "10.96.0.2");
        kubernetesService("shop", "headless", 80);
        service("shop", "s", "{host: x, port: 80}");
        route("shop", "r", "{parent: " + parent + ", serviceRef: {name: s}}");

        assertThat(reason(compile(), "MeshRoute shop/r")).isEqualTo(reason);
    }

    @Test
    void clientCertificateIsToldToTheSidecarsOfItsNamespaceAlone() {
        service("shop", "pay", PAY);
        route("shop", "pay", "{hosts: [pay.test], serviceRef: {name: pay}}");
        keyPair("shop", "me");

        MeshConfiguration compiled = compile();

        assertThat(compiled.verdicts().values()).allMatch(Verdict::isGood);
        assertThat(fed(compiled, "shop")).contains(KEY);
        assertThat(fed(compiled, "bank")).doesNotContain(KEY);
        assertThat(compiled.secrets()).containsExactly(new SecretRef.KeyPair("shop", "me"));
    }

    @Test
    void routeForEverybodyDoesNotCarryTheKeyOutOfItsNamespace() {
        kubernetesService("shop", "b", 80, "10.96.0.2");
        service("shop", "pay", PAY);
        route("shop", "pay", "{parent: {name: b, port: 80}, serviceRef: {name: pay}}");
        keyPair("shop", "me");

        MeshConfiguration compiled = compile();

        assertThat(reason(compiled, "MeshRoute shop/pay")).isEqualTo("ClientCertificateNotShared");
        assertThat(fed(compiled, "bank")).doesNotContain(KEY);
        assertThat(rules(compiled.of("bank"))).isNotEmpty();
        assertThat(compiled.of("bank")).noneMatch(ServiceResource.class::isInstance);
    }

    @Test
    void secretOfAnotherNamespaceIsNotLookedAt() {
        service("bank", "pay", PAY);
        keyPair("shop", "me");

        MeshConfiguration compiled = compile();

        assertThat(compiled.secrets()).containsExactly(new SecretRef.KeyPair("bank", "me"));
        assertThat(verdict(compiled, "MeshService bank/pay").pending()).isTrue();
        assertThat(fed(compiled, "bank")).doesNotContain(KEY);
    }

    @Test
    void serviceWhoseCertificateCannotBeUsedIsNotDialledWithoutIt() {
        service("shop", "pay", PAY);
        route("shop", "pay", "{hosts: [pay.test], serviceRef: {name: pay}}");
        secrets.put(
                new SecretRef.KeyPair("shop", "me"),
                new SecretValue.Unusable("KeyMismatch", "Secret me, key tls.key: another key"));

        MeshConfiguration compiled = compile();

        assertThat(reason(compiled, "MeshService shop/pay")).isEqualTo("KeyMismatch");
        assertThat(reason(compiled, "MeshRoute shop/pay")).isEqualTo("MeshServiceNotReady");
        assertThat(rules(compiled.of("shop"))).isNotEmpty();
        assertThat(compiled.of("shop")).noneMatch(ServiceResource.class::isInstance);
    }

    @Test
    void changedKeyIsAReasonToCompileAgain() {
        service("shop", "pay", PAY);
        keyPair("shop", "me");
        MeshConfiguration compiled = compile();

        assertThat(compiled.isOf(services, routes, references())).isTrue();
        secrets.put(
                new SecretRef.KeyPair("shop", "me"),
                new SecretValue.KeyPair(new ClientCertificate("chain", "another")));
        assertThat(compiled.isOf(services, routes, references())).isFalse();
    }

    @Test
    void statusesAndVerdictsDoNotSayTheKey() {
        kubernetesService("shop", "b", 80, "10.96.0.2");
        service("shop", "pay", PAY);
        route("shop", "pay", "{hosts: [pay.test], serviceRef: {name: pay}}");
        route("shop", "all", "{parent: {name: b, port: 80}, serviceRef: {name: pay}}");
        keyPair("shop", "me");

        MeshConfiguration compiled = compile();

        assertThat(compiled.verdicts()).hasSize(3);
        for (Verdict verdict : compiled.verdicts().values()) {
            MeshStatus status =
                    StatusComposer.compose(
                            verdict, 1, 2, null, Instant.parse("2026-01-01T00:00:00Z"));
            assertThat(verdict + Serialization.asYaml(status)).doesNotContain(KEY);
        }
        assertThat(secrets.toString() + compiled.of("shop")).doesNotContain(KEY);
    }

    @Test
    void nothingIsCompiledAgainUntilAnInputChanges() {
        kubernetesService("shop", "b", 80, "10.96.0.2");
        service("shop", "s", "{service: {name: b, port: 80}}");
        MeshConfiguration compiled = compile();

        assertThat(compiled.isOf(services, routes, references())).isTrue();
        kubernetesService("shop", "other", 80, "10.96.0.3");
        assertThat(compiled.isOf(services, routes, references())).isTrue();
        known.remove("shop/b");
        assertThat(compiled.isOf(services, routes, references())).isFalse();
    }

    private void keyPair(String namespace, String name) {
        secrets.put(
                new SecretRef.KeyPair(namespace, name),
                new SecretValue.KeyPair(new ClientCertificate("chain", KEY)));
    }

    /** All that the sidecars of a namespace are told, as it goes over the wire. */
    private static String fed(MeshConfiguration compiled, String namespace) {
        return compiled.of(namespace).stream()
                .map(resource ->
                        new String(
                                FeedCodec.encode(new FeedMessage.Upsert(resource)),
                                StandardCharsets.UTF_8))
                .collect(Collectors.joining("\n"));
    }

    private MeshConfiguration compile() {
        return MeshConfiguration.compile(services, routes, references());
    }

    private References references() {
        return new References() {
            @Override
            public Optional<ServiceFact> service(String namespace, String name) {
                return Optional.ofNullable(known.get(namespace + "/" + name));
            }

            @Override
            public SecretValue secret(SecretRef reference) {
                return secrets.getOrDefault(reference, new SecretValue.Pending());
            }
        };
    }

    private void kubernetesService(String namespace, String name, int port, String... clusterIps) {
        known.put(
                namespace + "/" + name,
                new ServiceFact(
                        namespace,
                        name,
                        List.of(clusterIps).stream().map(IpAddress::of).toList(),
                        List.of(new ServiceFact.Port("http", port, true)),
                        false));
    }

    private void service(String namespace, String name, String spec) {
        services.addAll(
                MeshObject.of(
                                Serialization.unmarshal(
                                        document("MeshService", namespace, name, spec),
                                        MeshService.class))
                        .stream()
                        .toList());
    }

    private void route(String namespace, String name, String spec) {
        routes.addAll(
                MeshObject.of(
                                Serialization.unmarshal(
                                        document("MeshRoute", namespace, name, spec),
                                        MeshRoute.class))
                        .stream()
                        .toList());
    }

    /** As the API server gives it: with the defaults that its schema sets. */
    private static String document(String kind, String namespace, String name, String spec) {
        return "apiVersion: gibbon.dev/v1alpha1\nkind: "
                + kind
                + "\nmetadata: {namespace: "
                + namespace
                + ", name: "
                + name
                + ", uid: u, generation: 1}\nspec: "
                + spec;
    }

    private static Verdict verdict(MeshConfiguration compiled, String key) {
        return Optional.ofNullable(compiled.verdicts().get(key)).orElseThrow();
    }

    private static String reason(MeshConfiguration compiled, String key) {
        return verdict(compiled, key).resolved().reason();
    }

    private static List<RuleResource> rules(List<FeedResource> resources) {
        return resources.stream()
                .filter(RuleResource.class::isInstance)
                .map(RuleResource.class::cast)
                .toList();
    }

    /** Names of Services and, without repetitions, of the routes that rules come from. */
    private static List<String> names(List<FeedResource> resources) {
        List<String> names = new ArrayList<>();
        for (FeedResource resource : resources) {
            if (resource instanceof ServiceResource(var service)) {
                names.add(String.valueOf(service.name()));
            }
        }
        resources.stream()
                .filter(RuleResource.class::isInstance)
                .map(RuleResource.class::cast)
                .map(rule -> rule.rule() instanceof HttpRule http ? http.origin() : null)
                .map(origin -> origin == null ? "" : String.valueOf(origin.name()))
                .distinct()
                .forEach(names::add);
        return names;
    }
}
