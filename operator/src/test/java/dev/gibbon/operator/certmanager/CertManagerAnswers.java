package dev.gibbon.operator.certmanager;

import dev.gibbon.controlplane.authority.Intermediate.Documents;
import dev.gibbon.controlplane.authority.TestIssuer;
import dev.gibbon.operator.command.FakeApiServer;
import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.certmanager.api.model.v1.CertificateBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * What an API server says where cert-manager has issued for a mesh in the namespace {@code mesh}.
 */
public final class CertManagerAnswers {
    static final String API = "/apis/cert-manager.io/v1";
    static final String CERTIFICATE = API + "/namespaces/mesh/certificates/gibbon-intermediate";
    static final String SECRET = "/api/v1/namespaces/mesh/secrets/gibbon-intermediate";
    static final String ISSUER = API + "/clusterissuers/company-ca";

    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    private CertManagerAnswers() {}

    /**
     * The ClusterIssuer {@code company-ca} is ready and has issued.
     *
     * @param root whose intermediate it is
     * @param owner the UID of the Secret's owner; the Certificate's own is {@code u-1}
     */
    public static void issued(
            FakeApiServer server,
            IssuanceSettings settings,
            TestIssuer root,
            Instant now,
            String owner) {
        server.answer(CERTIFICATE, JSON.asJson(certificate(settings)))
                .answer(SECRET, JSON.asJson(secret(root.issue("mesh", now).documents(), owner)))
                .answer(
                        ISSUER,
                        """
                        {"apiVersion": "cert-manager.io/v1", "kind": "ClusterIssuer",
                         "metadata": {"name": "company-ca"},
                         "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
                        """);
    }

    private static Certificate certificate(IssuanceSettings settings) {
        Certificate wanted =
                JSON.unmarshal(
                        JSON.asJson(IntermediateRequest.certificate(settings, "mesh", List.of())),
                        Certificate.class);
        return new CertificateBuilder(wanted)
                .editMetadata()
                .withUid("u-1")
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }

    private static Secret secret(Documents documents, String owner) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("mesh")
                .withName("gibbon-intermediate")
                .withUid("s-1")
                .withOwnerReferences(
                        new OwnerReferenceBuilder()
                                .withApiVersion("v1")
                                .withKind("Any")
                                .withName("any")
                                .withUid(owner)
                                .build())
                .endMetadata()
                .withData(
                        Map.of(
                                "tls.crt", base64(documents.certificates()),
                                "tls.key", base64(documents.key()),
                                "ca.crt", base64(documents.authorities())))
                .build();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
