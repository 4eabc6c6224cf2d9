package dev.gibbon.operator.certmanager;

import java.util.regex.Pattern;

/**
 * Which issuer of cert-manager signs for the mesh.
 *
 * @param name e.g. {@code company-ca}
 * @param kind {@code Issuer}, in the operator's namespace, or {@code ClusterIssuer}; in another
 *     group whatever that has, e.g. {@code StepIssuer}
 * @param group e.g. {@code cert-manager.io}
 */
public record IssuerReference(String name, String kind, String group) {
    /** The group of cert-manager's own issuers. */
    public static final String CERT_MANAGER = "cert-manager.io";

    /** The kind that is in a namespace. */
    public static final String ISSUER = "Issuer";

    /** The kind that is in none. */
    public static final String CLUSTER_ISSUER = "ClusterIssuer";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern KIND = Pattern.compile("[A-Z][A-Za-z0-9]{0,62}");

    public IssuerReference {
        if (!NAME.matcher(name).matches()) {
            throw wrong("name", name, "lower-case letters, digits, '-', '.'");
        }
        if (!NAME.matcher(group).matches()) {
            throw wrong("group", group, "a DNS name, e.g. " + CERT_MANAGER);
        }
        boolean own = group.equals(CERT_MANAGER);
        if (own && !kind.equals(ISSUER) && !kind.equals(CLUSTER_ISSUER)) {
            throw wrong("kind", kind, ISSUER + " or " + CLUSTER_ISSUER);
        }
        if (!KIND.matcher(kind).matches()) {
            throw wrong("kind", kind, "a kind, e.g. " + ISSUER);
        }
    }

    private static IllegalArgumentException wrong(String field, String value, String expected) {
        String shown = value.isEmpty() ? "none" : value.replaceAll("[^ -~]", "?");
        return new IllegalArgumentException(
                "issuer " + field + ": " + shown + " (expected: " + expected + ")");
    }

    /** Whether it is of cert-manager's own group, so that it can be looked at. */
    public boolean isOwnKind() {
        return group.equals(CERT_MANAGER);
    }

    /** E.g. {@code ClusterIssuer company-ca}. */
    @Override
    public String toString() {
        return kind + " " + name + (isOwnKind() ? "" : " of " + group);
    }
}
