package dev.gibbon.operator.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.controlplane.authority.Intermediate;
import dev.gibbon.controlplane.authority.UnusableIntermediateException;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.UpstreamTls;
import dev.gibbon.operator.certmanager.IssuanceObjects;
import dev.gibbon.operator.certmanager.IssuerReference;
import dev.gibbon.operator.identity.TrustConfigMaps;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a cluster, with what its user may read of it. Writes nothing. */
public final class ClusterReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SYSTEM = "kube-system";
    private static final String AUTHORITY = "gibbon-ca";

    private final KubernetesClient client;
    private final OperatorProxy operator;
    private ClusterSnapshot snapshot;

    /** A read that is done with an exception where it is not possible. */
    @FunctionalInterface
    private interface Source<T> {
        T read() throws IOException;
    }

    private ClusterReader(KubernetesClient client, ClusterSnapshot.Scope scope) {
        this.client = client;
        this.operator = new OperatorProxy(client, scope.meshNamespace());
        this.snapshot = ClusterSnapshot.empty(scope);
    }

    /**
     * Reads.
     *
     * @param meshNamespace where the operator is
     * @param namespace the only one whose pods and configuration are read; null for all
     * @param version of this program
     * @throws IOException with one sentence when the API server cannot be reached, or does not take
     *     this user
     */
    public static ClusterSnapshot read(
            KubernetesClient client,
            String meshNamespace,
            @Nullable String namespace,
            String version,
            InstantSource clock)
            throws IOException {
        HttpResponse<String> hello = OperatorProxy.send(client, "version");
        Instant now = clock.instant();
        if (hello.code() != 200) {
            throw new IOException(
                    hello.code() == HttpURLConnection.HTTP_UNAUTHORIZED
                            ? OperatorProxy.UNKNOWN
                            : "status " + hello.code() + " (expected: 200)");
        }
        ClusterReader reader =
                new ClusterReader(
                        client,
                        new ClusterSnapshot.Scope(
                                String.valueOf(client.getMasterUrl()),
                                meshNamespace,
                                namespace,
                                version,
                                now));
        reader.server(hello);
        reader.cluster();
        reader.mesh(meshNamespace);
        reader.namespaced(namespace);
        return reader.snapshot;
    }

    private <T> void read(Topic<T> topic, Source<T> source) {
        try {
            snapshot = snapshot.with(topic, source.read());
        } catch (KubernetesClientException e) {
            snapshot =
                    snapshot.without(
                            topic,
                            switch (e.getCode()) {
                                case 401 -> "the API server does not know this user (status 401)";
                                case 403 -> "no permission (status 403)";
                                case 404 -> "not defined in this cluster (status 404)";
                                default -> "status " + e.getCode();
                            });
        } catch (IOException e) {
            snapshot = snapshot.without(topic, String.valueOf(e.getMessage()));
        }
    }

    private void server(HttpResponse<String> hello) {
        read(
                Topic.KUBERNETES,
                () -> JSON.readTree(hello.body()).path("gitVersion").asText("unknown"));
        read(Topic.SERVER_TIME, () -> date(hello.header("Date")));
    }

    /** RFC 9110 section 5.6.7. */
    private static Instant date(@Nullable String text) throws IOException {
        try {
            return ZonedDateTime.parse(
                            text == null ? "" : text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException e) {
            throw new IOException("the API server sends no Date that can be read", e);
        }
    }

    private void cluster() {
        read(Topic.NODES, () -> client.nodes().list().getItems());
        read(
                Topic.NODE_LEASES,
                () -> client.leases().inNamespace("kube-node-lease").list().getItems());
        read(Topic.NAMESPACES, () -> client.namespaces().list().getItems());
        read(
                Topic.DEFINITIONS,
                () -> client.apiextensions().v1().customResourceDefinitions().list().getItems());
        read(
                Topic.DEPLOYMENTS,
                () ->
                        client.apps()
                                .deployments()
                                .inAnyNamespace()
                                .withLabel("app.kubernetes.io/name", "gibbon")
                                .list()
                                .getItems());
        read(
                Topic.WEBHOOKS,
                () ->
                        client.admissionRegistration()
                                .v1()
                                .mutatingWebhookConfigurations()
                                .withField("metadata.name", InjectionChecks.CONFIGURATION)
                                .list()
                                .getItems());
        read(
                Topic.TRUST,
                () ->
                        client.configMaps()
                                .inAnyNamespace()
                                .withField("metadata.name", TrustConfigMaps.NAME)
                                .list()
                                .getItems());
        read(Topic.CILIUM, () -> configMap(SYSTEM, "cilium-config"));
        read(Topic.KUBE_PROXY, () -> configMap(SYSTEM, "kube-proxy"));
    }

    private List<ConfigMap> configMap(String namespace, String name) {
        return client.configMaps()
                .inNamespace(namespace)
                .withField("metadata.name", name)
                .list()
                .getItems();
    }

    private void mesh(String namespace) {
        read(
                Topic.OPERATOR_PODS,
                () ->
                        client.pods()
                                .inNamespace(namespace)
                                .withLabels(
                                        Map.of(
                                                "app.kubernetes.io/name",
                                                "gibbon",
                                                "app.kubernetes.io/component",
                                                "operator"))
                                .list()
                                .getItems());
        read(Topic.LEASES, () -> client.leases().inNamespace(namespace).list().getItems());
        read(
                Topic.BUDGETS,
                () ->
                        client.policy()
                                .v1()
                                .podDisruptionBudget()
                                .inNamespace(namespace)
                                .list()
                                .getItems());
        read(Topic.AUTHORITY, () -> authority(namespace));
        issuance(namespace);
        read(Topic.READINESS, this::readiness);
        read(Topic.SIDECARS, this::sidecars);
    }

    /** Nothing of it, and no more than the usual rights, where no issuer is configured. */
    private void issuance(String namespace) {
        Optional<IssuerReference> issuer;
        try {
            issuer = ConfiguredIssuer.of(snapshot);
        } catch (NotRead _) {
            // Whatever needs it says why it could not be read.
            issuer = Optional.empty();
        }
        List<Permission> needed = new ArrayList<>(Permission.all());
        if (issuer.isPresent()) {
            IssuerReference reference = issuer.get();
            needed.addAll(Permission.ofIssuance(reference));
            IssuanceObjects objects = new IssuanceObjects(client, namespace);
            read(Topic.CERTIFICATES, () -> objects.certificate().stream().toList());
            read(Topic.ISSUER, () -> objects.issuer(reference));
            read(Topic.INTERMEDIATE, () -> intermediate(namespace, objects));
        }
        read(Topic.DENIED, () -> new PermissionReader(client, namespace).denied(needed));
    }

    private IntermediateReading intermediate(String namespace, IssuanceObjects objects) {
        String domain = texts(authoritySecret(namespace)).getOrDefault("trust-domain", "");
        Optional<Intermediate.Documents> documents = objects.documents();
        if (documents.isEmpty()) {
            return new IntermediateReading("there is none", Instant.EPOCH);
        }
        try {
            return new IntermediateReading(
                    "",
                    Intermediate.read(
                                    documents.get(),
                                    TrustDomain.parse(domain.strip()),
                                    snapshot.scope().now(),
                                    new SecureRandom())
                            .notAfter());
        } catch (UnusableIntermediateException e) {
            return new IntermediateReading(String.valueOf(e.getMessage()), Instant.EPOCH);
        }
    }

    private @Nullable Secret authoritySecret(String namespace) {
        return client.secrets().inNamespace(namespace).withName(AUTHORITY).get();
    }

    private List<X509Certificate> authority(String namespace) throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (String text : texts(authoritySecret(namespace)).values()) {
            try {
                certificates.addAll(Pem.certificates(text));
            } catch (X509FormatException _) {
                // The trust domain, or a key: nothing that is looked at.
            }
        }
        // What an issuer has signed is below one of the roots.
        certificates.removeIf(certificate -> !Intermediate.isRoot(certificate));
        return certificates;
    }

    private static Map<String, String> texts(@Nullable Secret secret) {
        Map<String, String> texts = new HashMap<>();
        if (secret != null && secret.getData() != null) {
            secret.getData()
                    .forEach((key, value) ->
                            texts.put(
                                    key,
                                    new String(
                                            Base64.getDecoder().decode(value),
                                            StandardCharsets.ISO_8859_1)));
        }
        return texts;
    }

    private String readiness() throws IOException {
        OperatorProxy.Answer answer = operator.get("healthz/ready");
        return switch (answer.status()) {
            case 200 -> answer.body();
            case 401, 403 -> throw new IOException("this user may not use services/proxy");
            default -> "status " + answer.status() + " " + message(answer.body());
        };
    }

    /** The API server's own words, when it is the one who answers. */
    private static String message(String body) {
        try {
            JsonNode status = JSON.readTree(body);
            return status.path("message").asText(body.strip());
        } catch (JsonProcessingException _) {
            return body.strip();
        }
    }

    private JsonNode sidecars() throws IOException {
        OperatorProxy.Answer answer = operator.ask("v1/sidecars");
        return switch (answer.status()) {
            case 200 -> JSON.readTree(answer.body());
            case 401, 403, 404 -> throw new IOException(message(answer.body()));
            default -> throw new IOException("status " + answer.status());
        };
    }

    private void namespaced(@Nullable String namespace) {
        if (namespace == null) {
            read(Topic.PODS, () -> client.pods().inAnyNamespace().list().getItems());
            read(Topic.SERVICES, () -> client.services().inAnyNamespace().list().getItems());
            read(
                    Topic.MESH_SERVICES,
                    () -> client.resources(MeshService.class).inAnyNamespace().list().getItems());
            read(
                    Topic.MESH_ROUTES,
                    () -> client.resources(MeshRoute.class).inAnyNamespace().list().getItems());
        } else {
            read(Topic.PODS, () -> client.pods().inNamespace(namespace).list().getItems());
            read(Topic.SERVICES, () -> client.services().inNamespace(namespace).list().getItems());
            read(
                    Topic.MESH_SERVICES,
                    () ->
                            client.resources(MeshService.class)
                                    .inNamespace(namespace)
                                    .list()
                                    .getItems());
            read(
                    Topic.MESH_ROUTES,
                    () ->
                            client.resources(MeshRoute.class)
                                    .inNamespace(namespace)
                                    .list()
                                    .getItems());
        }
        read(
                Topic.NETWORK_POLICIES,
                () -> client.network().v1().networkPolicies().inAnyNamespace().list().getItems());
        read(Topic.SECRETS, this::secrets);
    }

    /** Only those that are named, one by one: nobody should have to be allowed to list Secrets. */
    private List<NamedSecret> secrets() throws IOException {
        Set<String> names = new TreeSet<>();
        try {
            for (MeshService service : snapshot.get(Topic.MESH_SERVICES)) {
                UpstreamTls tls = service.getSpec() == null ? null : service.getSpec().tls();
                String prefix = service.getMetadata().getNamespace() + "/";
                if (tls != null && tls.caSecret() != null) {
                    names.add(prefix + tls.caSecret().name());
                }
                if (tls != null && tls.clientCertificateSecret() != null) {
                    names.add(prefix + tls.clientCertificateSecret().name());
                }
            }
        } catch (NotRead e) {
            throw new IOException(e.reason(), e);
        }
        List<NamedSecret> secrets = new ArrayList<>();
        for (String name : names) {
            String[] parts = name.split("/", 2);
            Secret secret =
                    parts[1].isEmpty()
                            ? null
                            : client.secrets().inNamespace(parts[0]).withName(parts[1]).get();
            if (secret != null) {
                Map<String, String> texts = texts(secret);
                Set<String> keys = Set.copyOf(texts.keySet());
                texts.values().removeIf(text -> text.contains("PRIVATE KEY"));
                texts.values().removeIf(text -> !text.contains("-----BEGIN CERTIFICATE-----"));
                secrets.add(new NamedSecret(parts[0], parts[1], keys, texts));
            }
        }
        return secrets;
    }
}
