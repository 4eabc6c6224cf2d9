package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The containers and volumes of the mesh in a pod. Fields with which the API server would fill in a
 * default have it already where that is cheap, so that a second look finds nothing to change.
 */
final class MeshContainers {
    /** The variable with the original probes. */
    static final String PROBES = "GIBBON_PROBES";

    /** What the names of all our variables begin with. */
    static final String VARIABLES = "GIBBON_";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int TOKEN_SECONDS = 3600;
    private static final int WORLD_READABLE = 0644;

    private final InjectionSettings settings;
    private final SidecarOptions options;

    MeshContainers(InjectionSettings settings, SidecarOptions options) {
        this.settings = settings;
        this.options = options;
    }

    /**
     * The native sidecar: started before all that follows, stopped after it. User 0, because
     * Kubernetes gives capabilities to no other; of them only NET_RAW, for transparent sockets.
     *
     * @param probes null for none
     */
    ObjectNode sidecar(@Nullable String probes) {
        ObjectNode container = container(MeshNames.SIDECAR);
        container.put("restartPolicy", "Always");
        container
                .putArray("ports")
                .addObject()
                .put("name", "gibbon-status")
                .put("containerPort", MeshNames.STATUS_PORT)
                .put("protocol", "TCP");
        container.set("env", environment(probes));
        container.set("startupProbe", probe(1, 600));
        container.set("readinessProbe", probe(5, 3));
        container.set("securityContext", security("NET_RAW", MeshNames.MESH_GROUP));
        ArrayNode mounts = container.withArray("volumeMounts");
        mounts.addObject()
                .put("name", MeshNames.IDENTITY_VOLUME)
                .put("mountPath", "/var/run/gibbon")
                .put("readOnly", true);
        mounts.addObject().put("name", MeshNames.TMP_VOLUME).put("mountPath", "/tmp");
        return container;
    }

    /** Sets the rules and ends; the only container with NET_ADMIN. */
    ObjectNode capture() {
        ObjectNode container = container(MeshNames.CAPTURE);
        ArrayNode arguments = container.putArray("args");
        arguments
                .add("apply")
                .add("--outbound-port")
                .add(Integer.toString(MeshNames.OUTBOUND_PORT))
                .add("--inbound-port")
                .add(Integer.toString(MeshNames.INBOUND_PORT))
                .add("--gid")
                .add(Integer.toString(MeshNames.MESH_GROUP))
                .add("--exclude-inbound-ports")
                .add(
                        options.excludedInboundPorts().isEmpty()
                                ? Integer.toString(MeshNames.STATUS_PORT)
                                : MeshNames.STATUS_PORT
                                        + ","
                                        + joined(options.excludedInboundPorts()));
        if (!options.excludedOutboundPorts().isEmpty()) {
            arguments.add("--exclude-outbound-ports").add(joined(options.excludedOutboundPorts()));
        }
        if (!options.excludedOutboundBlocks().isEmpty()) {
            arguments.add("--exclude-outbound-cidrs").add(joined(options.excludedOutboundBlocks()));
        }
        container.set("securityContext", security("NET_ADMIN", 0));
        return container;
    }

    /** The token with which a pod proves who it is, and the roots with which it checks others. */
    ObjectNode identityVolume() {
        ObjectNode volume = NODES.objectNode().put("name", MeshNames.IDENTITY_VOLUME);
        ObjectNode projected = volume.putObject("projected").put("defaultMode", WORLD_READABLE);
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("audience", MeshNames.TOKEN_AUDIENCE)
                .put("expirationSeconds", TOKEN_SECONDS)
                .put("path", "token");
        ObjectNode roots =
                sources.addObject().putObject("configMap").put("name", MeshNames.TRUST_CONFIG_MAP);
        roots.putArray("items")
                .addObject()
                .put("key", MeshNames.TRUST_KEY)
                .put("path", "roots.pem");
        return volume;
    }

    /** The root file system is read-only, and native libraries are unpacked at the start. */
    ObjectNode tmpVolume() {
        ObjectNode volume = NODES.objectNode().put("name", MeshNames.TMP_VOLUME);
        volume.putObject("emptyDir").put("medium", "Memory").put("sizeLimit", "32Mi");
        return volume;
    }

    private ObjectNode container(String name) {
        ObjectNode container = NODES.objectNode();
        container
                .put("name", name)
                .put("image", settings.image())
                .put("imagePullPolicy", settings.imagePullPolicy());
        // Programs of the image, by PATH; the Java options are the image's affair.
        container.putArray("command").add(name);
        container.set("resources", resources());
        container.put("terminationMessagePolicy", "FallbackToLogsOnError");
        container.set("volumeMounts", NODES.arrayNode().add(noToken()));
        return container;
    }

    /**
     * An empty directory in the place of the application's token for the API server. The API server
     * mounts that token into every container that has nothing there, and ours have no use for it.
     */
    private static ObjectNode noToken() {
        return NODES.objectNode()
                .put("name", MeshNames.TMP_VOLUME)
                .put("mountPath", "/var/run/secrets/kubernetes.io/serviceaccount")
                .put("subPath", "no-token")
                .put("readOnly", true);
    }

    private ObjectNode resources() {
        SidecarResources wanted = options.resources();
        ObjectNode resources = NODES.objectNode();
        ObjectNode limits = resources.putObject("limits");
        String cpuLimit = wanted.cpuLimit();
        if (cpuLimit != null) {
            limits.put("cpu", cpuLimit);
        }
        limits.put("memory", wanted.memoryLimit());
        resources
                .putObject("requests")
                .put("cpu", wanted.cpuRequest())
                .put("memory", wanted.memoryRequest());
        return resources;
    }

    private static ObjectNode security(String capability, int group) {
        ObjectNode security = NODES.objectNode();
        security.put("runAsUser", 0)
                .put("runAsGroup", group)
                .put("runAsNonRoot", false)
                .put("privileged", false)
                .put("allowPrivilegeEscalation", false)
                .put("readOnlyRootFilesystem", true);
        ObjectNode capabilities = security.putObject("capabilities");
        capabilities.putArray("drop").add("ALL");
        capabilities.putArray("add").add(capability);
        security.putObject("seccompProfile").put("type", "RuntimeDefault");
        return security;
    }

    /** Whether the sidecar has its certificate and configuration, and listens. */
    private static ObjectNode probe(int periodSeconds, int failures) {
        ObjectNode probe = NODES.objectNode();
        probe.putObject("httpGet")
                .put("path", "/healthz/ready")
                .put("port", MeshNames.STATUS_PORT)
                .put("scheme", "HTTP");
        return probe.put("periodSeconds", periodSeconds)
                .put("timeoutSeconds", 2)
                .put("failureThreshold", failures);
    }

    private ArrayNode environment(@Nullable String probes) {
        ArrayNode environment = NODES.arrayNode();
        variable(environment, "GIBBON_CONTROL_PLANE", settings.controlPlane());
        field(environment, "GIBBON_POD_NAME", "metadata.name");
        field(environment, "GIBBON_POD_NAMESPACE", "metadata.namespace");
        field(environment, "GIBBON_POD_IPS", "status.podIPs");
        field(environment, "GIBBON_NODE_NAME", "spec.nodeName");
        if (!options.excludedInboundPorts().isEmpty()) {
            variable(
                    environment, "GIBBON_EXCLUDED_INBOUND", joined(options.excludedInboundPorts()));
        }
        variable(environment, "GIBBON_LOG_LEVEL", options.logLevel().toString());
        Duration drain = settings.drain();
        if (drain != null) {
            variable(environment, "GIBBON_DRAIN", drain.toMillis() + "ms");
        }
        Integer maxConnections = settings.maxConnections();
        if (maxConnections != null) {
            variable(environment, "GIBBON_MAX_CONNECTIONS", maxConnections.toString());
        }
        if (probes != null) {
            variable(environment, PROBES, probes);
        }
        return environment;
    }

    private static void variable(ArrayNode environment, String name, String value) {
        environment.addObject().put("name", name).put("value", value);
    }

    private static void field(ArrayNode environment, String name, String path) {
        environment
                .addObject()
                .put("name", name)
                .putObject("valueFrom")
                .putObject("fieldRef")
                .put("apiVersion", "v1")
                .put("fieldPath", path);
    }

    private static String joined(List<?> parts) {
        return parts.stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
