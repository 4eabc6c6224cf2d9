package dev.gibbon.operator.inject;

/**
 * Why a pod is injected, left as it is, or refused. A closed set: it labels metrics and events, and
 * {@code docs/kubernetes-injection.md} explains each.
 */
public enum Reason {
    NAMESPACE_ENABLED(
            Outcome.INJECT,
            "namespace-enabled",
            "its namespace is labelled gibbon.dev/inject=enabled"),
    POD_ENABLED(Outcome.INJECT, "pod-enabled", "the pod says gibbon.dev/inject=enabled"),
    BY_HAND(Outcome.INJECT, "by-hand", "gibbon inject was asked to"),

    SYSTEM_NAMESPACE(
            Outcome.SKIP, "system-namespace", "the namespace belongs to Kubernetes itself"),
    MESH_NAMESPACE(Outcome.SKIP, "mesh-namespace", "the namespace is the mesh's own"),
    MIRROR_POD(
            Outcome.SKIP,
            "mirror-pod",
            "it mirrors a static pod of a node, which the API server cannot change"),
    NOT_ASKED(
            Outcome.SKIP,
            "not-asked",
            "neither the pod nor its namespace is labelled gibbon.dev/inject=enabled"),
    NAMESPACE_DISABLED(
            Outcome.SKIP,
            "namespace-disabled",
            "its namespace is labelled gibbon.dev/inject=disabled"),
    POD_DISABLED(Outcome.SKIP, "pod-disabled", "the pod says gibbon.dev/inject=disabled"),
    HOST_NETWORK(
            Outcome.SKIP,
            "host-network",
            "it uses the node's network, where capture would take the node's connections"),
    WINDOWS(Outcome.SKIP, "windows", "it runs on Windows, which has no transparent proxying"),
    MESH_GROUP(
            Outcome.SKIP,
            "mesh-group",
            "it runs as user or group 1337, which is the sidecar's and is not captured"),

    MALFORMED_POD(Outcome.REFUSE, "malformed-pod", "the object is no pod that can be read"),
    INVALID_INJECT(
            Outcome.REFUSE, "invalid-inject", "gibbon.dev/inject is neither enabled nor disabled"),
    INVALID_ANNOTATION(
            Outcome.REFUSE, "invalid-annotation", "an annotation of the mesh cannot be used"),
    NAME_TAKEN(
            Outcome.REFUSE,
            "name-taken",
            "a container or volume of its own has a name of the mesh's"),
    PORT_TAKEN(Outcome.REFUSE, "port-taken", "a container of its own has a port of the sidecar's"),
    PROBES_TOO_LONG(
            Outcome.REFUSE,
            "probes-too-long",
            "its probes do not fit into the sidecar's environment"),
    NAMESPACE_UNKNOWN(
            Outcome.REFUSE, "namespace-unknown", "the labels of its namespace could not be read");

    /** What becomes of a pod. */
    public enum Outcome {
        INJECT,
        SKIP,
        REFUSE
    }

    private final Outcome outcome;
    private final String id;
    private final String sentence;

    Reason(Outcome outcome, String id, String sentence) {
        this.outcome = outcome;
        this.id = id;
        this.sentence = sentence;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** E.g. {@code host-network}; never changes. */
    public String id() {
        return id;
    }

    /** For people: the end of a sentence that says what was done, without a full stop. */
    public String sentence() {
        return sentence;
    }

    /**
     * Whether people who asked for injection have to hear of it: a pod that was meant to be in the
     * mesh is not.
     */
    public boolean isUnexpected() {
        return switch (this) {
            case HOST_NETWORK,
                    WINDOWS,
                    MESH_GROUP,
                    MALFORMED_POD,
                    INVALID_INJECT,
                    INVALID_ANNOTATION,
                    NAME_TAKEN,
                    PORT_TAKEN,
                    PROBES_TOO_LONG,
                    NAMESPACE_UNKNOWN ->
                    true;
            case NAMESPACE_ENABLED,
                    POD_ENABLED,
                    BY_HAND,
                    SYSTEM_NAMESPACE,
                    MESH_NAMESPACE,
                    MIRROR_POD,
                    NOT_ASKED,
                    NAMESPACE_DISABLED,
                    POD_DISABLED ->
                    false;
        };
    }
}
