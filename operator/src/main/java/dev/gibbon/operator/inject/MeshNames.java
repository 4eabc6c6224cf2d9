package dev.gibbon.operator.inject;

/** The names that Gibbon has in Kubernetes objects; {@code docs/kubernetes-injection.md}. */
public final class MeshNames {
    /** Label of a namespace, label or annotation of a pod: {@code enabled} or {@code disabled}. */
    public static final String INJECT = "gibbon.dev/inject";

    /** Annotation that injection leaves on a pod: {@code {"version":"0.1.0","reason":"..."}}. */
    public static final String INJECTED = "gibbon.dev/injected";

    public static final String ENABLED = "enabled";
    public static final String DISABLED = "disabled";

    /** What all our labels and annotations begin with. */
    public static final String PREFIX = "gibbon.dev/";

    /** The init container that sets the rules of interception. */
    public static final String CAPTURE = "gibbon-capture";

    /** The native sidecar. */
    public static final String SIDECAR = "gibbon-sidecar";

    /** Projected volume with token and roots. */
    public static final String IDENTITY_VOLUME = "gibbon-identity";

    /** Where the Java runtime unpacks its native libraries. */
    public static final String TMP_VOLUME = "gibbon-tmp";

    /** ConfigMap with {@link #TRUST_KEY}, in every namespace with meshed pods. */
    public static final String TRUST_CONFIG_MAP = "gibbon-trust";

    public static final String TRUST_KEY = "roots.pem";

    /** For whom a pod's token is. */
    public static final String TOKEN_AUDIENCE = "gibbon.dev";

    public static final int OUTBOUND_PORT = 15001;
    public static final int INBOUND_PORT = 15006;
    public static final int STATUS_PORT = 15021;

    /** Group (and reserved user) of the sidecar; what it sends is not captured. */
    public static final int MESH_GROUP = 1337;

    private MeshNames() {}
}
