package dev.gibbon.operator.certmanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.certmanager.api.model.v1.CertificateBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntermediateRequestTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final List<OwnerReference> OWNERS =
            List.of(
                    new OwnerReferenceBuilder()
                            .withApiVersion("rbac.authorization.k8s.io/v1")
                            .withKind("ClusterRole")
                            .withName("gibbon-operator")
                            .withUid("u-1")
                            .build());
    private static final IssuanceSettings SETTINGS = settings("company-ca");

    private static IssuanceSettings settings(String issuer) {
        return new IssuanceSettings(
                new IssuerReference(issuer, "ClusterIssuer", "cert-manager.io"),
                Duration.ofDays(90),
                Duration.ofDays(30));
    }

    private static Certificate certificate() {
        return IntermediateRequest.certificate(SETTINGS, "gibbon-system", OWNERS);
    }

    /** As it comes back from an API server. */
    private static Certificate kept(Certificate certificate) {
        return YAML.unmarshal(YAML.asYaml(certificate), Certificate.class);
    }

    @Test
    void asksForAnAuthorityWithAKeyOfItsOwn() {
        assertThat(YAML.asYaml(certificate()))
                .isEqualTo(
                        """
                        ---
                        apiVersion: "cert-manager.io/v1"
                        kind: "Certificate"
                        metadata:
                          labels:
                            app.kubernetes.io/name: "gibbon"
                          name: "gibbon-intermediate"
                          namespace: "gibbon-system"
                          ownerReferences:
                          - apiVersion: "rbac.authorization.k8s.io/v1"
                            kind: "ClusterRole"
                            name: "gibbon-operator"
                            uid: "u-1"
                        spec:
                          commonName: "Gibbon intermediate"
                          isCA: true
                          issuerRef:
                            kind: "ClusterIssuer"
                            group: "cert-manager.io"
                            name: "company-ca"
                          privateKey:
                            algorithm: "ECDSA"
                            encoding: "PKCS8"
                            rotationPolicy: "Always"
                            size: 256
                          secretName: "gibbon-intermediate"
                          usages:
                          - "cert sign"
                          - "crl sign"
                          duration: "2160h"
                          renewBefore: "720h"
                        """);
    }

    @Test
    void isNotAskedTwice() {
        Certificate found =
                new CertificateBuilder(kept(certificate()))
                        .editMetadata()
                        .withUid("u-2")
                        .withResourceVersion("7")
                        .addToAnnotations("somebody.example/note", "x")
                        .endMetadata()
                        // What somebody has added is left alone.
                        .editSpec()
                        .withRevisionHistoryLimit(3)
                        .endSpec()
                        .build();

        assertThat(IntermediateRequest.isAsked(found, SETTINGS, OWNERS)).isTrue();
    }

    @Test
    void isAskedAnewWhereSomethingElseIsThere() {
        Certificate found = kept(certificate());

        assertThat(IntermediateRequest.isAsked(found, settings("another-ca"), OWNERS)).isFalse();
        assertThat(
                        IntermediateRequest.isAsked(
                                new CertificateBuilder(found)
                                        .editSpec()
                                        .withIsCA(false)
                                        .endSpec()
                                        .build(),
                                SETTINGS,
                                OWNERS))
                .isFalse();
        assertThat(
                        IntermediateRequest.isAsked(
                                new CertificateBuilder(found)
                                        .editMetadata()
                                        .withOwnerReferences(List.of())
                                        .endMetadata()
                                        .build(),
                                SETTINGS,
                                OWNERS))
                .isFalse();
    }
}
