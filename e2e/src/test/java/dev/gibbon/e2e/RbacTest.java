package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator's ServiceAccount may do, and above all what it may not. */
@OnCluster
@Timeout(60)
class RbacTest {
    private static final String ACCOUNT =
            "system:serviceaccount:" + Mesh.NAMESPACE + ":gibbon-operator";

    private final Cluster cluster;

    RbacTest(Cluster cluster, Mesh mesh) {
        this.cluster = cluster;
        assertThat(mesh.isInstalled()).isTrue();
    }

    /** A namespace {@code *} stands for all of them, a name {@code *} for any object. */
    @ParameterizedTest
    @CsvSource({
        // Secrets: one by one those that MeshServices name, its own to write.
        "list,'',secrets,*,*",
        "watch,'',secrets,*,*",
        "list,'',secrets,gibbon-system,*",
        "list,'',secrets,shop,*",
        "create,'',secrets,shop,*",
        "create,'',secrets,kube-system,*",
        "update,'',secrets,shop,gibbon-ca",
        "patch,'',secrets,gibbon-system,another",
        "delete,'',secrets,gibbon-system,gibbon-ca",
        "delete,'',secrets,shop,*",
        // What applications are made of: to look at.
        "create,'',pods,shop,*",
        "delete,'',pods,shop,*",
        "patch,'',pods,shop,*",
        "update,'',pods,gibbon-system,*",
        "create,'',pods/exec,shop,*",
        "create,'',pods/eviction,shop,*",
        "create,'',pods/portforward,shop,*",
        "get,'',pods/log,shop,*",
        "patch,'',services,shop,*",
        "delete,'',services,shop,*",
        "patch,'',nodes,,*",
        "patch,'',namespaces,,*",
        "delete,'',namespaces,,*",
        "create,apps,deployments,shop,*",
        "patch,apps,deployments,gibbon-system,gibbon-operator",
        "patch,discovery.k8s.io,endpointslices,shop,*",
        // Its own rights, and whom it speaks for.
        "patch,rbac.authorization.k8s.io,clusterroles,,gibbon-operator",
        "escalate,rbac.authorization.k8s.io,clusterroles,,gibbon-operator",
        "bind,rbac.authorization.k8s.io,clusterroles,,cluster-admin",
        "create,rbac.authorization.k8s.io,clusterrolebindings,,*",
        "create,rbac.authorization.k8s.io,rolebindings,gibbon-system,*",
        "impersonate,'',users,,*",
        "impersonate,'',serviceaccounts,shop,default",
        "create,'',serviceaccounts/token,shop,default",
        "create,'',serviceaccounts/token,gibbon-system,gibbon-operator",
        "create,'',serviceaccounts/token,gibbon-system,gibbon-questions",
        "get,rbac.authorization.k8s.io,clusterroles,,cluster-admin",
        // The API server's own configuration.
        "create,admissionregistration.k8s.io,mutatingwebhookconfigurations,,*",
        "patch,admissionregistration.k8s.io,mutatingwebhookconfigurations,,another",
        "delete,admissionregistration.k8s.io,mutatingwebhookconfigurations,,gibbon-injection",
        "patch,apiextensions.k8s.io,customresourcedefinitions,,meshroutes.gibbon.dev",
        // Configuration of the mesh: it writes what became of it, not what is wanted.
        "create,gibbon.dev,meshroutes,shop,*",
        "patch,gibbon.dev,meshroutes,shop,*",
        "delete,gibbon.dev,meshroutes,shop,*",
        "patch,gibbon.dev,meshservices,shop,*",
        // cert-manager: nothing where no issuer is configured.
        "create,cert-manager.io,certificates,gibbon-system,*",
        "patch,cert-manager.io,certificates,gibbon-system,gibbon-intermediate",
        "get,cert-manager.io,clusterissuers,,*",
        "patch,'',secrets,gibbon-system,gibbon-intermediate",
        // ConfigMaps: its own, by name.
        "get,'',configmaps,shop,another",
        "list,'',configmaps,shop,*",
        "patch,'',configmaps,kube-system,coredns",
        "patch,coordination.k8s.io,leases,kube-system,kube-controller-manager",
        "*,*,*,*,*",
    })
    void itMayNot(String verb, String group, String resource, String namespace, String name) {
        assertThat(mayIt(verb, group, resource, namespace, name)).isFalse();
    }

    /** So that the questions above are known to be asked in the right way. */
    @ParameterizedTest
    @CsvSource({
        "get,'',secrets,shop,payments-ca",
        "update,'',secrets,gibbon-system,gibbon-ca",
        "watch,'',pods,*,*",
        "list,discovery.k8s.io,endpointslices,*,*",
        "patch,gibbon.dev,meshroutes/status,shop,*",
        "patch,'',configmaps,shop,gibbon-trust",
        "create,authentication.k8s.io,tokenreviews,,*",
        "patch,admissionregistration.k8s.io,mutatingwebhookconfigurations,,gibbon-injection",
        "update,coordination.k8s.io,leases,gibbon-system,gibbon-operator",
    })
    void itMay(String verb, String group, String resource, String namespace, String name) {
        assertThat(mayIt(verb, group, resource, namespace, name)).isTrue();
    }

    private boolean mayIt(
            String verb, String group, String resource, String namespace, String name) {
        String[] parts = resource.split("/", 2);
        SubjectAccessReview review =
                new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(ACCOUNT)
                        .withGroups(
                                "system:serviceaccounts",
                                "system:serviceaccounts:" + Mesh.NAMESPACE,
                                "system:authenticated")
                        .withNewResourceAttributes()
                        .withVerb(verb)
                        .withGroup(group)
                        .withResource(parts[0])
                        .withSubresource(parts.length > 1 ? parts[1] : "")
                        .withNamespace(namespace == null || namespace.equals("*") ? "" : namespace)
                        .withName(name.equals("*") ? "" : name)
                        .endResourceAttributes()
                        .endSpec()
                        .build();
        return cluster.client()
                .authorization()
                .v1()
                .subjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }
}
