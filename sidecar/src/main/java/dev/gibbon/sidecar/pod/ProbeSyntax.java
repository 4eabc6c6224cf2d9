package dev.gibbon.sidecar.pod;

import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the probes of a pod: {@code {"app":{"livez":{"http":{"port":8080,"path":"/x"},
 * "timeoutSeconds":1}}}}.
 */
final class ProbeSyntax {
    private static final List<String> KINDS =
            List.of("livez", "readyz", "startupz", "poststart", "prestop");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]*");
    private static final Pattern FIELD_VALUE = Pattern.compile("[\\x20-\\x7e]*");
    private static final int MAX_SECONDS = 3600;

    private ProbeSyntax() {}

    /**
     * Reads them.
     *
     * @return by container and kind, e.g. {@code app/livez}
     */
    static Map<String, Probe> read(String text) throws JsonFormatException {
        JsonObject all = JsonObject.parse(text.getBytes(StandardCharsets.UTF_8));
        Map<String, Probe> probes = new HashMap<>();
        for (String container : all.names()) {
            JsonObject ofContainer = all.object(container);
            for (String kind : ofContainer.names()) {
                if (!KINDS.contains(kind)) {
                    throw ofContainer.wrong(kind, kind, "one of " + KINDS);
                }
                probes.put(container + "/" + kind, probe(ofContainer.object(kind)));
            }
        }
        return probes;
    }

    private static Probe probe(JsonObject json) throws JsonFormatException {
        int seconds =
                json.has("timeoutSeconds") ? json.integer("timeoutSeconds", 1, MAX_SECONDS) : 1;
        return new Probe(action(json), Duration.ofSeconds(seconds));
    }

    private static Probe.Action action(JsonObject json) throws JsonFormatException {
        JsonObject http = json.optionalObject("http");
        if (http != null) {
            return http(http);
        }
        JsonObject tcp = json.optionalObject("tcp");
        if (tcp != null) {
            return new Probe.Tcp(tcp.integer("port", 1, 65535));
        }
        JsonObject grpc = json.optionalObject("grpc");
        if (grpc != null) {
            String service = grpc.optionalString("service");
            return new Probe.Grpc(grpc.integer("port", 1, 65535), service == null ? "" : service);
        }
        throw json.wrong("http", null, "http, tcp or grpc");
    }

    private static Probe.Http http(JsonObject json) throws JsonFormatException {
        String path = json.optionalString("path");
        if (path == null || path.isEmpty()) {
            path = "/";
        }
        path = path.startsWith("/") ? path : "/" + path;
        check(json, "path", path, VISIBLE);
        String scheme = json.optionalString("scheme");
        boolean tls = "HTTPS".equalsIgnoreCase(scheme);
        if (scheme != null && !tls && !scheme.equalsIgnoreCase("HTTP")) {
            throw json.wrong("scheme", scheme, "HTTP or HTTPS");
        }
        String host = json.optionalString("host");
        check(json, "host", host, VISIBLE);
        List<Probe.Header> headers = new ArrayList<>();
        if (json.has("headers")) {
            for (JsonObject header : json.objects("headers")) {
                String name = header.string("name");
                String value = header.string("value");
                check(header, "name", name, TOKEN);
                check(header, "value", value, FIELD_VALUE);
                headers.add(new Probe.Header(name, value));
            }
        }
        return new Probe.Http(
                json.integer("port", 1, 65535),
                path,
                tls,
                host == null || host.isEmpty() ? null : host,
                headers);
    }

    private static void check(JsonObject json, String name, @Nullable String text, Pattern allowed)
            throws JsonFormatException {
        if (text != null && !allowed.matcher(text).matches()) {
            throw json.wrong(name, text, "characters of a request");
        }
    }
}
