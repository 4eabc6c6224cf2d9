package dev.gibbon.core.feed;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
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
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.rule.Rule;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The inside of {@code resource}, by kind. */
final class ResourceCodec {
    private static final int MAX_MILLIS = Integer.MAX_VALUE;

    private ResourceCodec() {}

    /** What a reader must understand, or else leave the whole change alone. */
    static List<String> must(FeedResource resource) {
        return switch (resource) {
            case ServiceResource(Service service) -> must(service);
            case RuleResource(Rule rule) -> RuleCodec.must(rule);
            case SettingsResource settings when settings.mode() == MeshMode.STRICT ->
                    List.of("resource.mode");
            // A reader that took an excluded port for a captured one would refuse, not weaken.
            case WorkloadResource _, SettingsResource _, DestinationResource _, BundleResource _ ->
                    List.of();
        };
    }

    private static List<String> must(Service service) {
        List<String> fields = new ArrayList<>();
        if (service.demandsVerification()) {
            fields.add("resource.tls_verify");
            if (service.ca() != null) {
                fields.add("resource.ca");
            }
        }
        if (service.clientCertificate() != null) {
            // An upstream that takes any caller would take a nameless one.
            fields.add("resource.client_certificate");
        }
        return fields;
    }

    static void write(JsonGenerator json, FeedResource resource) throws IOException {
        switch (resource) {
            case ServiceResource(Service service) -> writeService(json, service);
            case RuleResource(var rule) -> RuleCodec.write(json, rule);
            case WorkloadResource workload -> {
                json.writeStringField("name", workload.name());
                json.writeStringField("identity", workload.identity().toString());
                WorkloadAddresses.write(json, "addresses", workload.addresses());
                if (!workload.sources().isEmpty()) {
                    json.writeArrayFieldStart("sources");
                    for (IpAddress source : workload.sources()) {
                        json.writeString(source.toString());
                    }
                    json.writeEndArray();
                }
            }
            case SettingsResource settings -> {
                json.writeStringField("trust_domain", settings.trustDomain().name());
                json.writeStringField(
                        "address_check", settings.addressCheck().name().toLowerCase(Locale.ROOT));
                if (settings.mode() != MeshMode.PERMISSIVE) {
                    json.writeStringField("mode", settings.mode().name().toLowerCase(Locale.ROOT));
                }
                optional(json, "zone", settings.zone());
            }
            case DestinationResource destination -> DestinationCodec.write(json, destination);
            case BundleResource(TrustBundle bundle) -> {
                json.writeStringField("trust_domain", bundle.trustDomain().name());
                json.writeStringField("roots", Pem.ofCertificates(bundle.roots()));
            }
        }
    }

    private static void writeService(JsonGenerator json, Service service) throws IOException {
        json.writeStringField("id", service.id().toString());
        json.writeNumberField("created_at", service.createdAt());
        json.writeNumberField("updated_at", service.updatedAt());
        optional(json, "name", service.name());
        json.writeNumberField("retries", service.retries());
        json.writeStringField("protocol", service.protocol().text());
        json.writeStringField("host", service.host());
        json.writeNumberField("port", service.port());
        optional(json, "path", service.path());
        json.writeNumberField("connect_timeout", service.connectTimeout());
        json.writeNumberField("write_timeout", service.writeTimeout());
        json.writeNumberField("read_timeout", service.readTimeout());
        Boolean tlsVerify = service.tlsVerify();
        if (tlsVerify != null) {
            json.writeBooleanField("tls_verify", tlsVerify);
        }
        List<String> tags = service.tags();
        if (tags != null) {
            FeedCodec.strings(json, "tags", tags);
        }
        optional(json, "ca", service.ca());
        ClientCertificate certificate = service.clientCertificate();
        if (certificate != null) {
            json.writeObjectFieldStart("client_certificate");
            json.writeStringField("chain", certificate.chain());
            json.writeStringField("key", certificate.key());
            json.writeEndObject();
        }
    }

    static void optional(JsonGenerator json, String name, @Nullable String text)
            throws IOException {
        if (text != null) {
            json.writeStringField(name, text);
        }
    }

    static FeedResource read(String kind, JsonObject json) throws JsonFormatException {
        return switch (kind) {
            case "service" -> new ServiceResource(readService(json));
            case "rule" -> new RuleResource(RuleCodec.read(json));
            case "workload" ->
                    new WorkloadResource(
                            json.string("name"),
                            identity(json),
                            WorkloadAddresses.read(json, "addresses"),
                            json.has("sources") ? json.addresses("sources") : List.of());
            case "settings" ->
                    new SettingsResource(
                            trustDomain(json),
                            addressCheck(json),
                            mode(json),
                            json.optionalString("zone"));
            case DestinationResource.KIND -> DestinationCodec.read(json);
            case "bundle" -> new BundleResource(new TrustBundle(trustDomain(json), roots(json)));
            default -> throw json.wrong("kind", kind, FeedResource.KINDS.toString());
        };
    }

    private static Service readService(JsonObject json) throws JsonFormatException {
        return new Service(
                uuid(json, "id"),
                json.number("created_at"),
                json.number("updated_at"),
                json.optionalString("name"),
                json.integer("retries", 0, 32767),
                protocol(json, "protocol"),
                json.string("host"),
                json.integer("port", 0, 65535),
                json.optionalString("path"),
                json.integer("connect_timeout", 0, MAX_MILLIS),
                json.integer("write_timeout", 0, MAX_MILLIS),
                json.integer("read_timeout", 0, MAX_MILLIS),
                json.optionalBool("tls_verify"),
                json.optionalStrings("tags"),
                json.optionalString("ca"),
                clientCertificate(json.optionalObject("client_certificate")));
    }

    private static @Nullable ClientCertificate clientCertificate(@Nullable JsonObject json)
            throws JsonFormatException {
        return json == null
                ? null
                : new ClientCertificate(json.string("chain"), json.string("key"));
    }

    static UUID uuid(JsonObject json, String name) throws JsonFormatException {
        String text = json.string(name);
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw json.wrong(name, text, "a UUID");
        }
    }

    static Protocol protocol(JsonObject json, String name) throws JsonFormatException {
        String text = json.string(name);
        return Protocol.parse(text)
                .orElseThrow(() -> json.wrong(name, text, "http, https, tcp or tls"));
    }

    static SpiffeId identity(JsonObject json) throws JsonFormatException {
        String text = json.string("identity");
        return SpiffeId.parse(text).orElseThrow(() -> json.wrong("identity", text, "a SPIFFE ID"));
    }

    private static TrustDomain trustDomain(JsonObject json) throws JsonFormatException {
        String text = json.string("trust_domain");
        return TrustDomain.parse(text)
                .orElseThrow(() -> json.wrong("trust_domain", text, "a trust domain"));
    }

    private static AddressCheck addressCheck(JsonObject json) throws JsonFormatException {
        String text = json.string("address_check");
        return switch (text) {
            case "enforce" -> AddressCheck.ENFORCE;
            case "report" -> AddressCheck.REPORT;
            default -> throw json.wrong("address_check", text, "enforce or report");
        };
    }

    private static MeshMode mode(JsonObject json) throws JsonFormatException {
        String text = json.optionalString("mode");
        return switch (text) {
            case null -> MeshMode.PERMISSIVE;
            case "permissive" -> MeshMode.PERMISSIVE;
            case "strict" -> MeshMode.STRICT;
            default -> throw json.wrong("mode", text, "permissive or strict");
        };
    }

    private static List<X509Certificate> roots(JsonObject json) throws JsonFormatException {
        try {
            return Pem.certificates(json.string("roots"));
        } catch (X509FormatException e) {
            throw json.wrong("roots", e.getMessage(), "certificates in PEM");
        }
    }
}
