package dev.gibbon.operator.status;

import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.RuleResource;
import dev.gibbon.core.feed.FeedResource.ServiceResource;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.rule.CompiledRoute;
import dev.gibbon.core.rule.RouteCompiler;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Validity;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.translate.RouteTranslation;
import dev.gibbon.crd.translate.ServiceTranslation;
import dev.gibbon.crd.translate.Translated;
import dev.gibbon.operator.discovery.Discovery;
import dev.gibbon.operator.discovery.NamespaceFact;
import dev.gibbon.operator.discovery.NodeFact;
import dev.gibbon.operator.discovery.PodFact;
import dev.gibbon.operator.discovery.ServiceFact;
import dev.gibbon.operator.discovery.SliceFact;
import dev.gibbon.operator.feed.MeshPublication;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Namespace shop: pod a calls Service b (port http 80 and db 5432) with a meshed and a plain pod
 * behind it; a MeshRoute takes requests for b with a header to Service b-next, with a certificate.
 * Namespace bank is strict; pod plain is outside of the mesh.
 */
final class SmallMesh {
    /** The private key of the certificate that is shown to Service b-next. */
    static final String VERY_SECRET = "very-secret";

    private static final TrustDomain MESH = new TrustDomain("mesh-1");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private static final Map<String, String> INJECTED = Map.of("gibbon.dev/inject", "enabled");

    private SmallMesh() {}

    static MeshPublication publication() {
        SecureRandom random = new SecureRandom();
        TrustBundle bundle =
                new TrustBundle(
                        MESH,
                        List.of(
                                new CertificateIssuer(random)
                                        .root(
                                                P256.generate(random),
                                                "root",
                                                Validity.from(
                                                        Instant.parse("2026-03-01T12:00:00Z"),
                                                        Duration.ofDays(1)))));
        return new MeshPublication(
                7,
                discovery(),
                namespace -> namespace.equals("shop") ? configuration() : List.of(),
                bundle,
                MeshMode.PERMISSIVE);
    }

    static Discovery discovery() {
        return new Discovery(
                new Discovery.Facts(
                        MESH,
                        "cluster.local",
                        List.of(
                                new NamespaceFact("shop", INJECTED, false, null),
                                new NamespaceFact("bank", INJECTED, false, MeshMode.STRICT)),
                        List.of(new NodeFact("n1", "eu-1a"), new NodeFact("n2", "eu-1b")),
                        List.of(
                                pod("shop", "a-1", "n1", true, Set.of(), "10.0.0.1"),
                                pod("shop", "b-1", "n1", true, Set.of(), "10.0.0.2"),
                                pod("shop", "b-2", "n2", false, Set.of(), "10.0.0.3"),
                                pod("shop", "next-1", "n2", true, Set.of(), "10.0.0.4"),
                                pod("shop", "dotted.name", "n2", true, Set.of(), "10.0.0.6"),
                                pod("bank", "vault-1", "n1", true, Set.of(9100), "10.0.0.5"),
                                pod("bank", "plain", "n1", false, Set.of(), "10.0.0.9")),
                        List.of(
                                service("shop", "b", "10.96.0.2"),
                                service("shop", "b-next", "10.96.0.3"),
                                service("bank", "vault", "10.96.0.4"),
                                service("shop", "idle", "10.96.0.5"),
                                service("shop", "headless")),
                        List.of(
                                slice(
                                        "shop",
                                        "b",
                                        endpoint("10.0.0.2", "n1"),
                                        endpoint("10.0.0.3", "n2")),
                                slice("shop", "b-next", endpoint("10.0.0.4", "n2")),
                                slice("bank", "vault", endpoint("10.0.0.5", "n1")))));
    }

    private static PodFact pod(
            String namespace,
            String name,
            String node,
            boolean meshed,
            Set<Integer> excluded,
            String address) {
        return new PodFact(
                namespace,
                name,
                "uid-" + name,
                "default",
                node,
                List.of(IpAddress.of(address)),
                meshed,
                false,
                meshed,
                excluded,
                "2026-01-01T00:00:00Z");
    }

    private static ServiceFact service(String namespace, String name, String... addresses) {
        return new ServiceFact(
                namespace,
                name,
                Arrays.stream(addresses).map(IpAddress::of).toList(),
                List.of(
                        new ServiceFact.Port("http", 80, true),
                        new ServiceFact.Port("db", 5432, false)),
                false);
    }

    private static SliceFact slice(
            String namespace, String service, SliceFact.SliceEndpoint... endpoints) {
        return new SliceFact(
                namespace,
                service + "-x",
                service,
                List.of(new SliceFact.Port("http", 8080), new SliceFact.Port("db", 5432)),
                List.of(endpoints));
    }

    private static SliceFact.SliceEndpoint endpoint(String address, String node) {
        return new SliceFact.SliceEndpoint(IpAddress.of(address), true, false, null, node);
    }

    private static List<FeedResource> configuration() {
        MeshService next =
                YAML.unmarshal(
                        """
                        apiVersion: gibbon.dev/v1alpha1
                        kind: MeshService
                        metadata: {name: b-next, namespace: shop}
                        spec: {protocol: http, service: {name: b-next, port: 80}}
                        """,
                        MeshService.class);
        MeshRoute route =
                YAML.unmarshal(
                        """
                        apiVersion: gibbon.dev/v1alpha1
                        kind: MeshRoute
                        metadata: {name: to-next, namespace: shop}
                        spec:
                          protocols: [http]
                          paths: [/next]
                          serviceRef: {name: b-next}
                          parent: {name: b, port: 80}
                        """,
                        MeshRoute.class);
        Service service =
                valid(
                        ServiceTranslation.of(
                                next, null, new ClientCertificate("chain", VERY_SECRET)));
        Route read = valid(RouteTranslation.of(route, List.of(IpAddress.of("10.96.0.2"))));
        CompiledRoute compiled = RouteCompiler.compile(read, service);
        List<FeedResource> resources = new ArrayList<>();
        resources.add(new ServiceResource(service));
        compiled.http().forEach(rule -> resources.add(new RuleResource(rule)));
        return resources;
    }

    private static <T> T valid(Translated<T> translated) {
        return switch (translated) {
            case Translated.Valid<T>(T value) -> value;
            case Translated.Invalid<T>(var violations) ->
                    throw new IllegalArgumentException(violations.toString());
        };
    }
}
