package dev.gibbon.operator.inject;

/** The calls that the kubelet makes to a container, and their last path segment at the sidecar. */
enum ProbeKind {
    LIVENESS("livenessProbe", "livez"),
    READINESS("readinessProbe", "readyz"),
    STARTUP("startupProbe", "startupz"),
    POST_START("postStart", "poststart"),
    PRE_STOP("preStop", "prestop");

    private final String field;
    private final String id;

    ProbeKind(String field, String id) {
        this.field = field;
        this.id = id;
    }

    /** Of the container; for hooks, of its {@code lifecycle}. */
    String field() {
        return field;
    }

    String id() {
        return id;
    }

    boolean isHook() {
        return this == POST_START || this == PRE_STOP;
    }

    /** Where the sidecar answers for the container. */
    String path(String container) {
        return "/app-health/" + container + "/" + id;
    }
}
