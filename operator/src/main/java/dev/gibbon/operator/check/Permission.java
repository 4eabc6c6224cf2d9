package dev.gibbon.operator.check;

import dev.gibbon.operator.certmanager.IntermediateRequest;
import dev.gibbon.operator.certmanager.IssuerReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that the operator has to be allowed to do; the chart grants these and no others.
 *
 * @param group of the API; empty for the core
 * @param resource with its subresource, e.g. {@code meshroutes/status}
 * @param name of the only object; empty for all
 * @param inMeshNamespace whether only in the mesh's own namespace
 */
record Permission(
        String verb, String group, String resource, String name, boolean inMeshNamespace) {

    /** What it needs besides where cert-manager issues the intermediate. */
    static List<Permission> ofIssuance(IssuerReference issuer) {
        String group = IssuerReference.CERT_MANAGER;
        List<Permission> all = new ArrayList<>();
        add(all, group, "certificates", "", true, "create");
        add(all, group, "certificates", IntermediateRequest.NAME, true, "get", "patch");
        add(all, "", "secrets", IntermediateRequest.NAME, true, "patch");
        if (issuer.isOwnKind()) {
            boolean inNamespace = issuer.kind().equals(IssuerReference.ISSUER);
            add(
                    all,
                    group,
                    inNamespace ? "issuers" : "clusterissuers",
                    issuer.name(),
                    inNamespace,
                    "get");
        }
        return List.copyOf(all);
    }

    /** All that the operator needs, whatever the values of the chart. */
    static List<Permission> all() {
        List<Permission> all = new ArrayList<>();
        for (String resource : List.of("services", "pods", "nodes", "namespaces")) {
            add(all, "", resource, "", false, "get", "list", "watch");
        }
        add(all, "discovery.k8s.io", "endpointslices", "", false, "list", "watch");
        for (String resource : List.of("meshservices", "meshroutes")) {
            add(all, "gibbon.dev", resource, "", false, "get", "list", "watch");
            add(all, "gibbon.dev", resource + "/status", "", false, "patch");
        }
        add(all, "", "secrets", "", false, "get");
        add(all, "authentication.k8s.io", "tokenreviews", "", false, "create");
        add(all, "", "configmaps", "", false, "create");
        add(all, "", "configmaps", "gibbon-trust", false, "list", "watch", "patch");
        add(all, "", "events", "", false, "create");
        add(
                all,
                "admissionregistration.k8s.io",
                "mutatingwebhookconfigurations",
                InjectionChecks.CONFIGURATION,
                false,
                "get",
                "list",
                "watch",
                "patch");
        add(all, "", "secrets", "", true, "create");
        add(all, "", "secrets", "gibbon-ca", true, "get", "list", "watch", "update");
        add(all, "coordination.k8s.io", "leases", "", true, "create");
        add(
                all,
                "coordination.k8s.io",
                "leases",
                InstallationChecks.OPERATOR,
                true,
                "get",
                "patch",
                "update");
        add(
                all,
                "rbac.authorization.k8s.io",
                "clusterroles",
                InstallationChecks.OPERATOR,
                false,
                "get");
        return List.copyOf(all);
    }

    private static void add(
            List<Permission> all,
            String group,
            String resource,
            String name,
            boolean inMeshNamespace,
            String... verbs) {
        for (String verb : verbs) {
            all.add(new Permission(verb, group, resource, name, inMeshNamespace));
        }
    }

    /** E.g. {@code patch meshroutes/status in gibbon.dev}. */
    @Override
    public String toString() {
        return verb
                + " "
                + resource
                + (name.isEmpty() ? "" : " " + name)
                + (group.isEmpty() ? "" : " of " + group)
                + (inMeshNamespace ? " in the mesh's namespace" : "");
    }
}
