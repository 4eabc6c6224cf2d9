package dev.gibbon.core.feed;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedMessage.Ack;
import dev.gibbon.core.feed.FeedMessage.Complete;
import dev.gibbon.core.feed.FeedMessage.Delete;
import dev.gibbon.core.feed.FeedMessage.Hello;
import dev.gibbon.core.feed.FeedMessage.Nack;
import dev.gibbon.core.feed.FeedMessage.Resume;
import dev.gibbon.core.feed.FeedMessage.Subscribe;
import dev.gibbon.core.feed.FeedMessage.Upsert;
import dev.gibbon.core.feed.FeedResource.AddressCheck;
import dev.gibbon.core.feed.FeedResource.BundleResource;
import dev.gibbon.core.feed.FeedResource.DestinationResource;
import dev.gibbon.core.feed.FeedResource.RuleResource;
import dev.gibbon.core.feed.FeedResource.ServiceResource;
import dev.gibbon.core.feed.FeedResource.SettingsResource;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.rule.HostMatch;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.PathMatch;
import dev.gibbon.core.rule.RuleOrigin;
import dev.gibbon.core.rule.StreamRule;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One message of each kind. */
final class FeedExamples {
    static final TrustDomain MESH = new TrustDomain("mesh-4f1c09a2b7de");
    static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");
    static final RuleOrigin ORIGIN = new RuleOrigin("Route", ID, "web");
    static final SettingsResource SETTINGS = new SettingsResource(MESH, AddressCheck.ENFORCE);
    static final BundleResource BUNDLE =
            new BundleResource(new TrustBundle(MESH, List.of(certificate())));

    private FeedExamples() {}

    static ServiceResource service(String name, @Nullable Boolean tlsVerify) {
        return new ServiceResource(
                new Service(
                        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                        1,
                        2,
                        name,
                        5,
                        Protocol.HTTPS,
                        "example.com",
                        443,
                        "/v1",
                        60_000,
                        60_001,
                        60_002,
                        tlsVerify,
                        List.of("a", "b")));
    }

    static ServiceResource withClientCertificate() {
        return new ServiceResource(
                service("web", null)
                        .service()
                        .withClientCertificate(
                                new ClientCertificate(
                                        "-----BEGIN C-----\n", "-----BEGIN K-----\n")));
    }

    static RuleResource http(String key) {
        return new RuleResource(
                new HttpRule(
                        key,
                        ORIGIN,
                        ID,
                        Protocol.HTTP,
                        Set.of("PUT", "GET"),
                        new HostMatch.Suffix(".example.com"),
                        new PathMatch.Regex("/a\\d+"),
                        true,
                        false,
                        true));
    }

    static RuleResource forParent(String key) {
        return new RuleResource(
                new HttpRule(
                        key,
                        ORIGIN,
                        ID,
                        Protocol.HTTP,
                        Set.of(),
                        new HostMatch.Any(),
                        new PathMatch.Any(),
                        true,
                        false,
                        false,
                        Map.of("X-Version", Set.of("2", "Beta"), "x-a", Set.of("1")),
                        new AddressBlock(CidrBlock.parse("10.96.0.7").orElseThrow(), 80)));
    }

    static RuleResource stream(String key) {
        return new RuleResource(
                new StreamRule(
                        key,
                        ORIGIN,
                        null,
                        StreamRule.Bytes.TLS,
                        new AddressBlock(CidrBlock.parse("10.0.0.0/8").orElseThrow(), null),
                        new AddressBlock(null, 443),
                        "example.com"));
    }

    static WorkloadResource workload(String name) {
        return new WorkloadResource(
                name,
                SpiffeId.host(MESH, name),
                List.of(
                        new WorkloadAddress(IpAddress.of("127.0.0.5"), Set.of(19000, 18443)),
                        new WorkloadAddress(IpAddress.of("fd00::5"), Set.of())));
    }

    static DestinationResource destination(String id) {
        return new DestinationResource(
                id,
                new Destination(
                        "shop/service-b:80",
                        true,
                        List.of(
                                new Endpoint(
                                        new IpPort(IpAddress.of("10.244.0.7"), 8080),
                                        new SpiffeId(MESH, "/ns/shop/sa/service-b"),
                                        "eu-1a",
                                        false),
                                new Endpoint(
                                        new IpPort(IpAddress.of("fd00::7"), 8080),
                                        null,
                                        null,
                                        true))));
    }

    static Map<String, FeedMessage> all() {
        Map<String, FeedMessage> all = new LinkedHashMap<>();
        all.put(
                "hello",
                new Hello(List.of(1), Set.of("service", "rule"), new Resume(7, "abc"), "b"));
        all.put("hello-anew", new Hello(List.of(1, 2), Set.of("rule"), null, "b"));
        all.put("upsert-service", new Upsert(service("web", null)));
        all.put("upsert-service-verified", new Upsert(service("web", true)));
        all.put("upsert-rule-http", new Upsert(http("b1")));
        all.put("upsert-rule-http-for-a-parent", new Upsert(forParent("b2")));
        all.put(
                "upsert-service-with-authorities",
                new Upsert(
                        new ServiceResource(
                                service("web", true).service().withCa("-----BEGIN X-----\n"))));
        all.put("upsert-service-with-a-client-certificate", new Upsert(withClientCertificate()));
        all.put("upsert-rule-stream", new Upsert(stream("a1")));
        all.put("upsert-workload", new Upsert(workload("gibbon-b")));
        all.put("upsert-settings", new Upsert(SETTINGS));
        all.put(
                "upsert-settings-strict",
                new Upsert(new SettingsResource(MESH, AddressCheck.REPORT, MeshMode.STRICT)));
        all.put(
                "upsert-settings-zone",
                new Upsert(
                        new SettingsResource(
                                MESH, AddressCheck.ENFORCE, MeshMode.PERMISSIVE, "eu-1a")));
        all.put(
                "upsert-workload-excluded",
                new Upsert(
                        new WorkloadResource(
                                "shop/service-b-1",
                                new SpiffeId(MESH, "/ns/shop/sa/service-b"),
                                List.of(
                                        new WorkloadAddress(
                                                IpAddress.of("10.244.0.7"),
                                                Set.of(),
                                                Set.of(9090))))));
        all.put("upsert-destination", new Upsert(destination("10.96.54.17:80")));
        all.put(
                "upsert-destination-none",
                new Upsert(new DestinationResource("192.0.2.1:443", null)));
        all.put("upsert-bundle", new Upsert(BUNDLE));
        all.put("delete", new Delete(new ResourceKey("rule", "b1")));
        all.put("complete", new Complete(8, "def"));
        all.put("ack", new Ack(8));
        all.put("nack", new Nack(8, "resource.port: \"x\" (expected: an integer)"));
        all.put("subscribe", new Subscribe("destination", List.of("10.0.0.1:80")));
        return all;
    }

    private static X509Certificate certificate() {
        try (InputStream in = FeedExamples.class.getResourceAsStream("/feed/root.pem")) {
            if (in == null) {
                throw new AssertionError("no /feed/root.pem on the class path");
            }
            return Pem.certificates(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
                    .getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (X509FormatException e) {
            throw new AssertionError(e);
        }
    }
}
