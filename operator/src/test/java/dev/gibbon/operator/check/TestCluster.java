package dev.gibbon.operator.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.Validity;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.operator.certmanager.IssuanceVerdict;
import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.certmanager.api.model.v1.Issuer;
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
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A cluster in which all is well, written as YAML, and parts to put wrong. */
final class TestCluster {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final ClusterSnapshot.Scope SCOPE =
            new ClusterSnapshot.Scope(
                    "https://192.0.2.1:6443/", "gibbon-system", null, "0.1.0", NOW);

    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final SecureRandom RANDOM = new SecureRandom();
    static final X509Certificate ROOT = root(Duration.ofDays(3650));
    static final X509Certificate OTHER_ROOT = root(Duration.ofDays(3650));

    private TestCluster() {}

    /** A root of 30 days of age that is valid for so long from now on. */
    static X509Certificate root(Duration left) {
        return new CertificateIssuer(RANDOM)
                .root(
                        P256.generate(RANDOM),
                        "Gibbon mesh-1",
                        new Validity(NOW.minus(Duration.ofDays(30)), NOW.plus(left)));
    }

    static <T> T yaml(Class<T> type, String text) {
        return YAML.unmarshal(text, type);
    }

    static ClusterSnapshot healthy() {
        return ClusterSnapshot.empty(SCOPE)
                .with(Topic.KUBERNETES, "v1.37.0")
                .with(Topic.SERVER_TIME, NOW)
                .with(Topic.NODES, List.of(node("node-1", "linux", "6.12.0-1-amd64")))
                .with(Topic.NODE_LEASES, List.of(lease("node-1", NOW.minusSeconds(4))))
                .with(
                        Topic.NAMESPACES,
                        List.of(
                                namespace("shop", "{gibbon.dev/inject: enabled}", "{}"),
                                namespace("default", "{}", "{}")))
                .with(Topic.PODS, List.of(meshedPod("", "", ""), plainPod("default", "", "")))
                .with(Topic.SERVICES, List.of(service("http")))
                .with(Topic.MESH_SERVICES, List.of(meshService("", "True", "True", "True")))
                .with(Topic.MESH_ROUTES, List.of(meshRoute("web", "web", 80, "True")))
                .with(Topic.DEPLOYMENTS, List.of(operator("gibbon-system", 2, 2)))
                .with(
                        Topic.OPERATOR_PODS,
                        List.of(operatorPod("sha256:1"), operatorPod("sha256:1")))
                .with(Topic.LEASES, List.of(lease("gibbon-operator", NOW.minusSeconds(3))))
                .with(Topic.BUDGETS, List.of(budget()))
                .with(
                        Topic.DEFINITIONS,
                        List.of(
                                definition("meshservices", "v1alpha1"),
                                definition("meshroutes", "v1alpha1")))
                .with(Topic.DENIED, List.of())
                .with(Topic.READINESS, "ready\n")
                .with(Topic.SIDECARS, sidecars(7, "2026-03-02T11:00:00Z"))
                .with(
                        Topic.WEBHOOKS,
                        List.of(webhooks("Fail", base64(Pem.ofCertificates(List.of(ROOT))))))
                .with(Topic.AUTHORITY, List.of(ROOT))
                .with(Topic.TRUST, List.of(trust("shop", Pem.ofCertificates(List.of(ROOT)))))
                .with(Topic.SECRETS, List.of())
                .with(Topic.NETWORK_POLICIES, List.of())
                .with(Topic.CILIUM, List.of())
                .with(Topic.KUBE_PROXY, List.of(kubeProxy()));
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    static Node node(String name, String system, String kernel) {
        return yaml(
                Node.class,
                """
                metadata: {name: %s}
                status: {nodeInfo: {operatingSystem: %s, kernelVersion: %s}}
                """
                        .formatted(name, system, kernel));
    }

    static Lease lease(String name, Instant renewed) {
        return yaml(
                Lease.class,
                """
                metadata: {name: %s}
                spec: {holderIdentity: %s-1, leaseDurationSeconds: 15, renewTime: "%s"}
                """
                        .formatted(name, name, renewed.toString().replace("Z", ".000000Z")));
    }

    static Namespace namespace(String name, String labels, String annotations) {
        return yaml(
                Namespace.class,
                "metadata: {name: %s, labels: %s, annotations: %s}"
                        .formatted(name, labels, annotations));
    }

    /**
     * Pod web-1 of namespace shop.
     *
     * @param annotations more of them, each with a comma in front
     * @param capture the state of its init container, else that it has ended well
     * @param sidecar the state of its sidecar, else that it is ready
     */
    static Pod meshedPod(String annotations, String capture, String sidecar) {
        return yaml(
                Pod.class,
                """
                metadata:
                  name: web-1
                  namespace: shop
                  annotations: {gibbon.dev/injected: '{"version":"0.1.0"}' %s}
                spec:
                  initContainers:
                  - {name: gibbon-capture}
                  - {name: gibbon-sidecar, restartPolicy: Always}
                  containers:
                  - {name: app}
                status:
                  phase: Running
                  podIP: 10.0.0.7
                  initContainerStatuses:
                  - {name: gibbon-capture, %s}
                  - {name: gibbon-sidecar, %s}
                """
                        .formatted(
                                annotations,
                                capture.isEmpty() ? "state: {terminated: {exitCode: 0}}" : capture,
                                sidecar.isEmpty()
                                        ? "ready: true, restartCount: 0, state: {running: {}}"
                                        : sidecar));
    }

    static Pod plainPod(String namespace, String metadata, String spec) {
        return yaml(
                Pod.class,
                """
                metadata: {name: plain-1, namespace: %s %s}
                spec: {containers: [{name: app}] %s}
                status: {phase: Running}
                """
                        .formatted(namespace, metadata, spec));
    }

    static Service service(String appProtocol) {
        return yaml(
                Service.class,
                """
                metadata: {name: web, namespace: shop}
                spec: {ports: [{port: 80, appProtocol: %s}]}
                """
                        .formatted(appProtocol));
    }

    static MeshService meshService(
            String spec, String accepted, String resolved, String programmed) {
        return yaml(
                MeshService.class,
                """
                apiVersion: gibbon.dev/v1alpha1
                kind: MeshService
                metadata: {name: web, namespace: shop, generation: 2}
                spec: {protocol: http, service: {name: web, port: 80} %s}
                status:
                  observedGeneration: 2
                  conditions:
                  - {type: Accepted, status: "%s", reason: Valid, message: the spec}
                  - {type: ResolvedRefs, status: "%s", reason: Found, message: the references}
                  - {type: Programmed, status: "%s", reason: Sent, message: 1/2 sidecars}
                """
                        .formatted(spec, accepted, resolved, programmed));
    }

    static MeshRoute meshRoute(String service, String parent, int port, String accepted) {
        return yaml(
                MeshRoute.class,
                """
                apiVersion: gibbon.dev/v1alpha1
                kind: MeshRoute
                metadata: {name: web, namespace: shop, generation: 2}
                spec: {serviceRef: {name: %s}, parent: {name: %s, port: %d}}
                status:
                  observedGeneration: 2
                  conditions:
                  - {type: Accepted, status: "%s", reason: Valid, message: the spec}
                """
                        .formatted(service, parent, port, accepted));
    }

    static Deployment operator(String namespace, int replicas, int ready) {
        return yaml(
                Deployment.class,
                """
                metadata:
                  name: gibbon-operator
                  namespace: %s
                  labels: {app.kubernetes.io/instance: gibbon, app.kubernetes.io/version: 0.1.0}
                spec: {replicas: %d}
                status: {readyReplicas: %d}
                """
                        .formatted(namespace, replicas, ready));
    }

    /** With an issuer of cert-manager. */
    static Deployment issuedOperator() {
        return yaml(
                Deployment.class,
                """
                metadata:
                  name: gibbon-operator
                  namespace: gibbon-system
                  labels: {app.kubernetes.io/instance: gibbon, app.kubernetes.io/version: 0.1.0}
                spec:
                  replicas: 2
                  template:
                    spec:
                      containers:
                      - name: operator
                        env:
                        - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                        - {name: GIBBON_CERT_MANAGER_ISSUER, value: company-ca}
                        - {name: GIBBON_CERT_MANAGER_ISSUER_KIND, value: ClusterIssuer}
                status: {readyReplicas: 2}
                """);
    }

    /** The one that the operator asks cert-manager for. */
    static Certificate certificate(String ready) {
        return yaml(
                Certificate.class,
                """
                apiVersion: cert-manager.io/v1
                kind: Certificate
                metadata: {name: gibbon-intermediate, namespace: gibbon-system}
                spec: {renewBefore: 720h}
                status: {conditions: [{type: Ready, status: '%s', message: not issued}]}
                """
                        .formatted(ready));
    }

    /** A mesh whose intermediate cert-manager issues, and all is well. */
    static ClusterSnapshot issued(ClusterSnapshot cluster) {
        return cluster.with(Topic.DEPLOYMENTS, List.of(issuedOperator()))
                .with(
                        Topic.DEFINITIONS,
                        List.of(
                                yaml(
                                        CustomResourceDefinition.class,
                                        "metadata: {name: certificates.cert-manager.io}")))
                .with(Topic.CERTIFICATES, List.of(certificate("True")))
                .with(Topic.ISSUER, issuer("True"))
                .with(Topic.INTERMEDIATE, intermediate("", Duration.ofDays(80)));
    }

    static IssuanceVerdict.IssuerState issuer(String ready) {
        return IssuanceVerdict.IssuerState.of(
                yaml(
                                Issuer.class,
                                "status: {conditions: [{type: Ready, status: '%s', message: no key}]}"
                                        .formatted(ready))
                        .getStatus());
    }

    static IntermediateReading intermediate(String problem, Duration left) {
        return new IntermediateReading(problem, problem.isEmpty() ? NOW.plus(left) : Instant.EPOCH);
    }

    static Pod operatorPod(String imageId) {
        return yaml(
                Pod.class,
                """
                metadata:
                  name: gibbon-operator-1
                  namespace: gibbon-system
                  labels: {app.kubernetes.io/name: gibbon}
                status:
                  containerStatuses:
                  - {name: operator, image: gibbon-operator:0.1.0, imageID: '%s'}
                """
                        .formatted(imageId));
    }

    static PodDisruptionBudget budget() {
        return yaml(PodDisruptionBudget.class, "metadata: {name: gibbon-operator}");
    }

    static CustomResourceDefinition definition(String plural, String stored) {
        return yaml(
                CustomResourceDefinition.class,
                """
                metadata:
                  name: %s.gibbon.dev
                  labels: {app.kubernetes.io/version: 0.1.0}
                spec: {versions: [{name: v1alpha1, served: true}]}
                status:
                  storedVersions: [%s]
                  conditions: [{type: Established, status: "True"}]
                """
                        .formatted(plural, stored));
    }

    static com.fasterxml.jackson.databind.JsonNode sidecars(int revision, String end) {
        try {
            return new ObjectMapper(new YAMLFactory())
                    .readTree(
                            """
                            revision: 7
                            sidecars:
                            - {name: shop/web-1, connected: true, revision: %d,
                               certificate_not_after: "%s"}
                            - {name: shop/gone-1, connected: false, revision: 1}
                            """
                                    .formatted(revision, end));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static MutatingWebhookConfiguration webhooks(String policy, String bundle) {
        return yaml(
                MutatingWebhookConfiguration.class,
                """
                metadata: {name: gibbon-injection}
                webhooks:
                - name: namespace.injection.gibbon.dev
                  failurePolicy: %1$s
                  clientConfig: {caBundle: "%2$s"}
                  namespaceSelector:
                    matchExpressions:
                    - {key: gibbon.dev/inject, operator: In, values: [enabled]}
                - name: pod.injection.gibbon.dev
                  failurePolicy: Fail
                  clientConfig: {caBundle: "%2$s"}
                  objectSelector: {matchLabels: {gibbon.dev/inject: enabled}}
                """
                        .formatted(policy, bundle));
    }

    static ConfigMap trust(String namespace, String roots) {
        ConfigMap map =
                yaml(
                        ConfigMap.class,
                        "metadata: {name: gibbon-trust, namespace: %s}".formatted(namespace));
        map.setData(Map.of("roots.pem", roots));
        return map;
    }

    static ConfigMap kubeProxy() {
        return yaml(
                ConfigMap.class,
                """
                metadata: {name: kube-proxy, namespace: kube-system}
                data:
                  config.conf: |
                    kind: KubeProxyConfiguration
                    mode: nftables
                """);
    }

    static ConfigMap cilium(String data) {
        return yaml(
                ConfigMap.class,
                "metadata: {name: cilium-config, namespace: kube-system}\ndata: " + data);
    }

    static NetworkPolicy policy(String namespace, String spec) {
        return yaml(
                NetworkPolicy.class,
                "metadata: {name: some, namespace: %s}\nspec: %s".formatted(namespace, spec));
    }

    static NamedSecret secret(Set<String> keys, Map<String, String> certificates) {
        return new NamedSecret("shop", "web-tls", keys, certificates);
    }
}
