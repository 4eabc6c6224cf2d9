package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kubelet would have called, for the sidecar to call in its place: one entry of the
 * sidecar's {@code GIBBON_PROBES}.
 *
 * @param timeoutSeconds of the sidecar's call; 1 or more
 */
record OriginalProbe(Target target, int timeoutSeconds) {
    private static final int MAX_PORT = 65535;
    private static final int MAX_TEXT = 4096;

    /** How an application is asked. */
    sealed interface Target {}

    /**
     * GET; 200-399 is healthy.
     *
     * @param scheme {@code HTTP} or {@code HTTPS}; the certificate is not verified, as the kubelet
     *     does not
     */
    record Http(int port, String path, String scheme, List<Header> headers) implements Target {
        public Http {
            headers = List.copyOf(headers);
        }
    }

    record Header(String name, String value) {}

    /** A connection that is accepted is healthy. */
    record Tcp(int port) implements Target {}

    /** {@code grpc.health.v1.Health/Check}. */
    record Grpc(int port, String service) implements Target {}

    /** Ports of an object: a number, or a text that a container resolves. Empty when it cannot. */
    interface Ports {
        Optional<Integer> resolve(JsonNode port);
    }

    /**
     * Reads a handler of Kubernetes: {@code httpGet}, {@code tcpSocket} or {@code grpc}.
     *
     * @return empty when it is none of these, or has a port or text that cannot be used
     */
    static Optional<Target> target(JsonNode handler, Ports ports) {
        if (handler.path("httpGet").isObject()) {
            return http(handler.path("httpGet"), ports);
        }
        if (handler.path("tcpSocket").isObject()) {
            return ports.resolve(handler.path("tcpSocket").path("port")).map(Tcp::new);
        }
        JsonNode grpc = handler.path("grpc");
        String service = grpc.path("service").asText("");
        return isPrintable(service)
                ? ports.resolve(grpc.path("port")).map(port -> new Grpc(port, service))
                : Optional.empty();
    }

    private static Optional<Target> http(JsonNode get, Ports ports) {
        String path = get.path("path").asText("");
        String scheme = get.path("scheme").asText("HTTP");
        List<Header> headers = new ArrayList<>();
        boolean printable = isPrintable(path);
        JsonNode given = get.has("httpHeaders") ? get.path("httpHeaders") : get.path("headers");
        for (JsonNode header : given) {
            Header read =
                    new Header(header.path("name").asText(""), header.path("value").asText(""));
            printable &= isPrintable(read.name()) && isPrintable(read.value());
            headers.add(read);
        }
        boolean usable = printable && (scheme.equals("HTTP") || scheme.equals("HTTPS"));
        return usable
                ? ports.resolve(get.path("port"))
                        .map(port -> new Http(port, path.isEmpty() ? "/" : path, scheme, headers))
                : Optional.empty();
    }

    /** Without control characters, which could end a line of the request early. */
    private static boolean isPrintable(String text) {
        return text.length() <= MAX_TEXT && text.chars().noneMatch(c -> c < ' ' || c == 0x7f);
    }

    /** Port numbers that are in range, and nothing else. */
    static Optional<Integer> number(JsonNode port) {
        return port.canConvertToInt()
                        && port.isIntegralNumber()
                        && port.asInt() >= 1
                        && port.asInt() <= MAX_PORT
                ? Optional.of(port.asInt())
                : Optional.empty();
    }

    /** Reads what {@link #toJson} has written; empty when it is anything else. */
    static Optional<OriginalProbe> read(JsonNode json) {
        ObjectNode handler = JsonNodeFactory.instance.objectNode();
        handler.set("httpGet", json.path("http"));
        handler.set("tcpSocket", json.path("tcp"));
        handler.set("grpc", json.path("grpc"));
        int timeout = json.path("timeoutSeconds").asInt(0);
        return timeout < 1
                ? Optional.empty()
                : target(handler, OriginalProbe::number)
                        .map(target -> new OriginalProbe(target, timeout));
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (target) {
            case Http http -> {
                ObjectNode get = json.putObject("http");
                get.put("port", http.port()).put("path", http.path()).put("scheme", http.scheme());
                get.putNull("host");
                ArrayNode headers = get.putArray("headers");
                for (Header header : http.headers()) {
                    headers.addObject().put("name", header.name()).put("value", header.value());
                }
            }
            case Tcp tcp -> json.putObject("tcp").put("port", tcp.port());
            case Grpc grpc ->
                    json.putObject("grpc").put("port", grpc.port()).put("service", grpc.service());
        }
        return json.put("timeoutSeconds", timeoutSeconds);
    }
}
