package dev.gibbon.operator.certmanager;

import dev.gibbon.controlplane.authority.Intermediate;
import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.certmanager.client.CertManagerClient;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The objects of cert-manager, as the API server has them. Each call blocks, and throws what the
 * client throws.
 */
public final class IssuanceObjects {
    private static final String MANAGER = "gibbon-operator";

    private final KubernetesClient client;
    private final String namespace;

    /** Of the operator's namespace. */
    public IssuanceObjects(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    private CertManagerClient certManager() {
        return client.adapt(CertManagerClient.class);
    }

    /** The Certificate; empty when there is none, and where there is no cert-manager. */
    public Optional<Certificate> certificate() {
        return Optional.ofNullable(
                certManager()
                        .v1()
                        .certificates()
                        .inNamespace(namespace)
                        .withName(IntermediateRequest.NAME)
                        .get());
    }

    /** Asks cert-manager; fails with 404 where there is none. */
    Certificate apply(Certificate wanted) {
        return certManager()
                .v1()
                .certificates()
                .resource(wanted)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                .withFieldManager(MANAGER)
                                .withForce(true)
                                .build());
    }

    /** What is known of the issuer. */
    public IssuanceVerdict.IssuerState issuer(IssuerReference reference) {
        if (!reference.isOwnKind()) {
            return IssuanceVerdict.IssuerState.UNKNOWN;
        }
        if (reference.kind().equals(IssuerReference.ISSUER)) {
            return Optional.ofNullable(
                            certManager()
                                    .v1()
                                    .issuers()
                                    .inNamespace(namespace)
                                    .withName(reference.name())
                                    .get())
                    .map(found -> IssuanceVerdict.IssuerState.of(found.getStatus()))
                    .orElse(IssuanceVerdict.IssuerState.MISSING);
        }
        return Optional.ofNullable(
                        certManager().v1().clusterIssuers().withName(reference.name()).get())
                .map(found -> IssuanceVerdict.IssuerState.of(found.getStatus()))
                .orElse(IssuanceVerdict.IssuerState.MISSING);
    }

    /** What cert-manager has written; empty while there is no Secret. */
    public Optional<Intermediate.Documents> documents() {
        return secret().map(IssuanceObjects::documents);
    }

    static Intermediate.Documents documents(Secret secret) {
        return new Intermediate.Documents(
                text(secret, "tls.crt"), text(secret, "tls.key"), text(secret, "ca.crt"));
    }

    private static String text(Secret secret, String key) {
        Map<String, String> data = secret.getData();
        String encoded = data == null ? null : data.get(key);
        return encoded == null
                ? ""
                : new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
    }

    /** The Secret that cert-manager writes. */
    Optional<Secret> secret() {
        return Optional.ofNullable(
                client.secrets().inNamespace(namespace).withName(IntermediateRequest.NAME).get());
    }

    /**
     * Lets the Secret go with the Certificate: cert-manager itself leaves it behind, unless it was
     * told otherwise for all Certificates.
     */
    void own(Secret secret, Certificate certificate) {
        String uid = certificate.getMetadata().getUid();
        List<OwnerReference> owners = secret.getMetadata().getOwnerReferences();
        if (owners.stream().anyMatch(owner -> uid.equals(owner.getUid()))) {
            return;
        }
        OwnerReference owner =
                new OwnerReferenceBuilder()
                        .withApiVersion(certificate.getApiVersion())
                        .withKind(certificate.getKind())
                        .withName(certificate.getMetadata().getName())
                        .withUid(uid)
                        .build();
        // With the uid: another Secret that has come meanwhile is left alone.
        Map<String, Object> patch =
                Map.of(
                        "metadata",
                        Map.of(
                                "uid",
                                secret.getMetadata().getUid(),
                                "ownerReferences",
                                List.of(owner)));
        client.secrets()
                .inNamespace(namespace)
                .withName(IntermediateRequest.NAME)
                .patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        client.getKubernetesSerialization().asJson(patch));
    }
}
