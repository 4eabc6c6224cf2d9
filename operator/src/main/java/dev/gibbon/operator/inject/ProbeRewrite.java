package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Leads the kubelet's calls to the user's containers through the sidecar's status port, which is
 * not captured. Otherwise a tcpSocket probe would always succeed, because the sidecar accepts every
 * connection, and in strict mode none would, because the kubelet has no certificate.
 *
 * <p>Left as they are: {@code exec} and {@code sleep}, which need no network, and calls with a
 * {@code host}, which do not go to the pod.
 */
final class ProbeRewrite {
    private static final Pattern CONTAINER_NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final List<String> CALLS = List.of("httpGet", "tcpSocket", "grpc");
    private static final List<String> HANDLERS =
            List.of("exec", "sleep", "httpGet", "tcpSocket", "grpc");

    private static final int DEFAULT_TIMEOUT_SECONDS = 1;
    private static final int MAX_TIMEOUT_SECONDS = 1_000_000;
    private static final int DEFAULT_GRACE_SECONDS = 30;

    /** The kubelet itself waits for a postStart hook for ever. */
    private static final int POST_START_SECONDS = 3600;

    private final ProbeTable before;
    private final ProbeTable table = new ProbeTable();
    private final List<String> warnings;
    private final int graceSeconds;

    /**
     * @param pod as it arrived
     * @param warnings what people should know is added here
     */
    ProbeRewrite(JsonNode pod, List<String> warnings) {
        this.before = ProbeTable.of(pod);
        this.warnings = warnings;
        this.graceSeconds =
                Math.clamp(
                        pod.path("spec")
                                .path("terminationGracePeriodSeconds")
                                .asLong(DEFAULT_GRACE_SECONDS),
                        1,
                        MAX_TIMEOUT_SECONDS);
    }

    /** Changes the containers, which are the user's, in place. */
    ProbeTable rewrite(Stream<ObjectNode> containers) {
        containers.forEach(this::rewrite);
        return table;
    }

    private void rewrite(ObjectNode container) {
        for (ProbeKind kind : ProbeKind.values()) {
            JsonNode holder = kind.isHook() ? container.path("lifecycle") : container;
            if (holder.path(kind.field()) instanceof ObjectNode call
                    && CALLS.stream().anyMatch(name -> call.path(name).isObject())) {
                rewrite(container, kind, call);
            }
        }
    }

    private void rewrite(ObjectNode container, ProbeKind kind, ObjectNode call) {
        String name = container.path("name").asText();
        if (!CONTAINER_NAME.matcher(name).matches()
                || HANDLERS.stream().filter(call::hasNonNull).count() != 1) {
            warn(name, kind, "is not valid");
        } else if (leadsToSidecar(name, kind, call)) {
            Optional<OriginalProbe> known = before.get(name, kind);
            known.ifPresent(probe -> table.put(name, kind, probe));
            if (known.isEmpty()) {
                warn(name, kind, "leads to the sidecar, which does not know the original");
            }
        } else if (!hasHost(call)) {
            OriginalProbe.target(call, port -> resolve(container, port))
                    .ifPresentOrElse(
                            target -> replace(name, kind, call, target),
                            () -> warn(name, kind, "has a port or text that cannot be used"));
        }
    }

    private static boolean leadsToSidecar(String name, ProbeKind kind, ObjectNode call) {
        JsonNode get = call.path("httpGet");
        return get.path("port").asInt() == MeshNames.STATUS_PORT
                && get.path("path").asText().equals(kind.path(name));
    }

    private static boolean hasHost(ObjectNode call) {
        return Stream.of("httpGet", "tcpSocket")
                .anyMatch(name -> !call.path(name).path("host").asText("").isEmpty());
    }

    /**
     * As the kubelet does: a number, the name of a port of this container, or a number as text.
     * Kubernetes: pkg/probe, {@code ResolveContainerPort}.
     */
    private static Optional<Integer> resolve(JsonNode container, JsonNode port) {
        if (!port.isTextual()) {
            return OriginalProbe.number(port);
        }
        Optional<JsonNode> named =
                container
                        .path("ports")
                        .valueStream()
                        .filter(declared -> declared.path("name").asText().equals(port.asText()))
                        .findFirst();
        if (named.isPresent()) {
            return OriginalProbe.number(named.get().path("containerPort"));
        }
        return PortRange.parse(port.asText())
                .filter(range -> range.first() == range.last())
                .map(PortRange::first);
    }

    /**
     * The application keeps the time that it had; the kubelet waits one second more, so that the
     * sidecar's answer, which says what was wrong, is there before the kubelet gives up.
     */
    private void replace(
            String name, ProbeKind kind, ObjectNode call, OriginalProbe.Target target) {
        table.put(name, kind, new OriginalProbe(target, timeout(kind, call)));
        int timeout = timeout(kind, call);
        CALLS.forEach(call::remove);
        ObjectNode get = call.putObject("httpGet");
        get.put("path", kind.path(name)).put("port", MeshNames.STATUS_PORT).put("scheme", "HTTP");
        if (!kind.isHook()) {
            call.put("timeoutSeconds", timeout + 1);
        }
    }

    private int timeout(ProbeKind kind, ObjectNode call) {
        return switch (kind) {
            case LIVENESS, READINESS, STARTUP ->
                    Math.clamp(
                            call.path("timeoutSeconds").asLong(DEFAULT_TIMEOUT_SECONDS),
                            DEFAULT_TIMEOUT_SECONDS,
                            MAX_TIMEOUT_SECONDS);
            case POST_START -> POST_START_SECONDS;
            case PRE_STOP -> graceSeconds;
        };
    }

    private void warn(String container, ProbeKind kind, String problem) {
        warnings.add(
                "container "
                        + Quoted.of(container)
                        + ": "
                        + kind.field()
                        + " "
                        + problem
                        + "; it is left as it is");
    }
}
