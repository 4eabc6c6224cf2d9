package dev.gibbon.operator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.operator.certmanager.IssuanceVerdict;
import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * Something that is read of a cluster.
 *
 * @param name for people, e.g. {@code pods}
 * @param <T> what it is read as
 */
record Topic<T>(String name) {
    /** Of the API server, e.g. {@code v1.37.0}. */
    static final Topic<String> KUBERNETES = new Topic<>("version of Kubernetes");

    /** The API server's clock, to the second. */
    static final Topic<Instant> SERVER_TIME = new Topic<>("time of the API server");

    static final Topic<List<Node>> NODES = new Topic<>("nodes");

    /** The heartbeats of kubelets. */
    static final Topic<List<Lease>> NODE_LEASES = new Topic<>("leases of nodes");

    static final Topic<List<Namespace>> NAMESPACES = new Topic<>("namespaces");

    /** Of the namespaces that are looked at. */
    static final Topic<List<Pod>> PODS = new Topic<>("pods");

    static final Topic<List<Service>> SERVICES = new Topic<>("services");
    static final Topic<List<MeshService>> MESH_SERVICES = new Topic<>("MeshServices");
    static final Topic<List<MeshRoute>> MESH_ROUTES = new Topic<>("MeshRoutes");

    /** All that the chart has made, in any namespace. */
    static final Topic<List<Deployment>> DEPLOYMENTS = new Topic<>("deployments");

    static final Topic<List<Pod>> OPERATOR_PODS = new Topic<>("pods of the operator");
    static final Topic<List<Lease>> LEASES = new Topic<>("leases of the operator");
    static final Topic<List<PodDisruptionBudget>> BUDGETS = new Topic<>("disruption budgets");
    static final Topic<List<CustomResourceDefinition>> DEFINITIONS =
            new Topic<>("definitions of custom resources");

    /** What the operator's ServiceAccount needs and may not do, e.g. {@code list pods}. */
    static final Topic<List<String>> DENIED = new Topic<>("permissions of the operator");

    /** What the operator says on {@code /healthz/ready}. */
    static final Topic<String> READINESS = new Topic<>("health of the operator");

    /** What the operator says on {@code /v1/sidecars}. */
    static final Topic<JsonNode> SIDECARS = new Topic<>("sidecars of the operator");

    static final Topic<List<MutatingWebhookConfiguration>> WEBHOOKS = new Topic<>("webhooks");

    /** The roots in the authority's Secret, and nothing else of it. */
    static final Topic<List<X509Certificate>> AUTHORITY = new Topic<>("authority's Secret");

    /** The Certificate that the operator asks cert-manager for; empty when there is none. */
    static final Topic<List<Certificate>> CERTIFICATES = new Topic<>("Certificate of the mesh");

    /** The issuer that the operator's Deployment names. */
    static final Topic<IssuanceVerdict.IssuerState> ISSUER = new Topic<>("issuer of the mesh");

    /** What cert-manager has written. */
    static final Topic<IntermediateReading> INTERMEDIATE = new Topic<>("intermediate's Secret");

    /** The ConfigMaps with the roots of the mesh. */
    static final Topic<List<ConfigMap>> TRUST = new Topic<>("ConfigMaps of roots");

    /** Those that MeshServices name. */
    static final Topic<List<NamedSecret>> SECRETS = new Topic<>("secrets");

    static final Topic<List<NetworkPolicy>> NETWORK_POLICIES = new Topic<>("network policies");

    /** The configuration of Cilium; empty where that is not installed. */
    static final Topic<List<ConfigMap>> CILIUM = new Topic<>("configuration of Cilium");

    /** The configuration of kube-proxy; empty where that is not installed by kubeadm's way. */
    static final Topic<List<ConfigMap>> KUBE_PROXY = new Topic<>("configuration of kube-proxy");

    /** A value that was put under this topic. */
    @SuppressWarnings("unchecked") // and so is of its type
    T value(Object put) {
        return (T) put;
    }
}
