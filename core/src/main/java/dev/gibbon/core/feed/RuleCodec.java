package dev.gibbon.core.feed;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.rule.HostMatch;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.PathMatch;
import dev.gibbon.core.rule.Rule;
import dev.gibbon.core.rule.RuleOrigin;
import dev.gibbon.core.rule.StreamRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rules in JSON; {@code layer} tells {@code http} from {@code stream}. */
final class RuleCodec {
    private static final String HEADERS = "headers";
    private static final String DESTINATION = "destination";

    private RuleCodec() {}

    /** A reader that left these out would let a rule take more than it is for. */
    static List<String> must(Rule rule) {
        return switch (rule) {
            case HttpRule http -> {
                List<String> must = new ArrayList<>();
                if (!http.headers().isEmpty()) {
                    must.add("resource." + HEADERS);
                }
                if (http.destination() != null) {
                    must.add("resource." + DESTINATION);
                }
                yield must;
            }
            // Readers of the first version know all of a rule for connections.
            case StreamRule _ -> List.of();
        };
    }

    static void write(JsonGenerator json, Rule rule) throws IOException {
        json.writeStringField("layer", rule instanceof HttpRule ? "http" : "stream");
        json.writeStringField("key", rule.key());
        json.writeObjectFieldStart("origin");
        json.writeStringField("kind", rule.origin().kind());
        json.writeStringField("id", rule.origin().id().toString());
        ResourceCodec.optional(json, "name", rule.origin().name());
        json.writeEndObject();
        UUID service = rule.service();
        ResourceCodec.optional(json, "service", service == null ? null : service.toString());
        switch (rule) {
            case HttpRule http -> writeHttp(json, http);
            case StreamRule stream -> writeStream(json, stream);
        }
    }

    private static void writeHttp(JsonGenerator json, HttpRule rule) throws IOException {
        json.writeStringField("scheme", rule.scheme().text());
        FeedCodec.strings(json, "methods", new TreeSet<>(rule.methods()));
        switch (rule.host()) {
            case HostMatch.Any() -> {}
            case HostMatch.Exact(String host) -> writeMatch(json, "host", "exact", host);
            case HostMatch.Suffix(String suffix) -> writeMatch(json, "host", "suffix", suffix);
            case HostMatch.Prefix(String prefix) -> writeMatch(json, "host", "prefix", prefix);
        }
        switch (rule.path()) {
            case PathMatch.Any() -> {}
            case PathMatch.Prefix(String prefix) -> writeMatch(json, "path", "prefix", prefix);
            case PathMatch.Regex(String pattern) -> writeMatch(json, "path", "regex", pattern);
        }
        json.writeBooleanField("strip_path", rule.stripPath());
        json.writeBooleanField("preserve_host", rule.preserveHost());
        json.writeBooleanField("require_https", rule.requireHttps());
        if (!rule.headers().isEmpty()) {
            json.writeArrayFieldStart(HEADERS);
            for (Map.Entry<String, Set<String>> header : rule.headers().entrySet()) {
                json.writeStartObject();
                json.writeStringField("name", header.getKey());
                FeedCodec.strings(json, "values", new TreeSet<>(header.getValue()));
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        writeBlock(json, DESTINATION, rule.destination());
    }

    private static void writeMatch(JsonGenerator json, String name, String way, String text)
            throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("match", way);
        json.writeStringField("text", text);
        json.writeEndObject();
    }

    private static void writeStream(JsonGenerator json, StreamRule rule) throws IOException {
        json.writeStringField("bytes", rule.bytes().name().toLowerCase(Locale.ROOT));
        writeBlock(json, "source", rule.source());
        writeBlock(json, DESTINATION, rule.destination());
        ResourceCodec.optional(json, "sni", rule.sni());
    }

    private static void writeBlock(
            JsonGenerator json, String name, @Nullable AddressBlock addresses) throws IOException {
        if (addresses == null) {
            return;
        }
        json.writeObjectFieldStart(name);
        CidrBlock block = addresses.block();
        ResourceCodec.optional(json, "block", block == null ? null : block.toString());
        Integer port = addresses.port();
        if (port != null) {
            json.writeNumberField("port", port);
        }
        json.writeEndObject();
    }

    static Rule read(JsonObject json) throws JsonFormatException {
        String layer = json.string("layer");
        String key = json.string("key");
        JsonObject from = json.object("origin");
        RuleOrigin origin =
                new RuleOrigin(
                        from.string("kind"),
                        ResourceCodec.uuid(from, "id"),
                        from.optionalString("name"));
        UUID service = json.has("service") ? ResourceCodec.uuid(json, "service") : null;
        return switch (layer) {
            case "http" ->
                    new HttpRule(
                            key,
                            origin,
                            service,
                            scheme(json),
                            Set.copyOf(json.strings("methods")),
                            host(json.optionalObject("host")),
                            path(json.optionalObject("path")),
                            json.bool("strip_path"),
                            json.bool("preserve_host"),
                            json.bool("require_https"),
                            headers(json),
                            block(json.optionalObject(DESTINATION)));
            case "stream" ->
                    new StreamRule(
                            key,
                            origin,
                            service,
                            bytes(json),
                            block(json.optionalObject("source")),
                            block(json.optionalObject(DESTINATION)),
                            json.optionalString("sni"));
            default -> throw json.wrong("layer", layer, "http or stream");
        };
    }

    private static Map<String, Set<String>> headers(JsonObject json) throws JsonFormatException {
        if (!json.has(HEADERS)) {
            return Map.of();
        }
        Map<String, Set<String>> headers = new HashMap<>();
        for (JsonObject header : json.objects(HEADERS)) {
            Set<String> values = Set.copyOf(header.strings("values"));
            if (values.isEmpty()) {
                throw header.wrong("values", List.of(), "at least one value");
            }
            headers.put(header.string("name"), values);
        }
        return headers;
    }

    private static Protocol scheme(JsonObject json) throws JsonFormatException {
        Protocol scheme = ResourceCodec.protocol(json, "scheme");
        if (!scheme.isHttp()) {
            throw json.wrong("scheme", scheme.text(), "http or https");
        }
        return scheme;
    }

    private static HostMatch host(@Nullable JsonObject json) throws JsonFormatException {
        if (json == null) {
            return new HostMatch.Any();
        }
        String text = json.string("text");
        String way = json.string("match");
        return switch (way) {
            case "exact" -> new HostMatch.Exact(text);
            case "suffix" -> new HostMatch.Suffix(text);
            case "prefix" -> new HostMatch.Prefix(text);
            default -> throw json.wrong("match", way, "exact, suffix or prefix");
        };
    }

    private static PathMatch path(@Nullable JsonObject json) throws JsonFormatException {
        if (json == null) {
            return new PathMatch.Any();
        }
        String text = json.string("text");
        String way = json.string("match");
        return switch (way) {
            case "prefix" -> new PathMatch.Prefix(text);
            case "regex" -> new PathMatch.Regex(text);
            default -> throw json.wrong("match", way, "prefix or regex");
        };
    }

    private static StreamRule.Bytes bytes(JsonObject json) throws JsonFormatException {
        String text = json.string("bytes");
        return switch (text) {
            case "opaque" -> StreamRule.Bytes.OPAQUE;
            case "plain" -> StreamRule.Bytes.PLAIN;
            case "tls" -> StreamRule.Bytes.TLS;
            default -> throw json.wrong("bytes", text, "opaque, plain or tls");
        };
    }

    private static @Nullable AddressBlock block(@Nullable JsonObject json)
            throws JsonFormatException {
        if (json == null) {
            return null;
        }
        String text = json.optionalString("block");
        CidrBlock block = null;
        if (text != null) {
            block =
                    CidrBlock.parse(text)
                            .orElseThrow(() -> json.wrong("block", text, "an address block"));
        }
        return new AddressBlock(
                block, json.has("port") ? (Integer) json.integer("port", 0, 65535) : null);
    }
}
