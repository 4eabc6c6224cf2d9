package dev.gibbon.operator.certmanager;

import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.certmanager.api.model.v1.CertificateBuilder;
import io.fabric8.certmanager.api.model.v1.CertificateSpec;
import io.fabric8.kubernetes.api.model.Duration;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;

/** The Certificate by which cert-manager is asked for an intermediate. Pure. */
public final class IntermediateRequest {
    /** The Certificate and the Secret that cert-manager writes, in the operator's namespace. */
    public static final String NAME = "gibbon-intermediate";

    private IntermediateRequest() {}

    /** What is to be applied: only what this operator sets. */
    static Certificate certificate(
            IssuanceSettings settings, String namespace, List<OwnerReference> owners) {
        CertificateBuilder empty =
                new CertificateBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .addToLabels("app.kubernetes.io/name", "gibbon")
                        .withOwnerReferences(owners)
                        .endMetadata();
        Certificate wanted = wanted(empty, settings);
        CertificateSpec spec = wanted.getSpec();
        // The type would write nanoseconds, which nobody can read.
        spec.setDuration(null);
        spec.setRenewBefore(null);
        spec.setAdditionalProperty("duration", text(settings.duration()));
        spec.setAdditionalProperty("renewBefore", text(settings.renewBefore()));
        return wanted;
    }

    private static String text(java.time.Duration duration) {
        return duration.equals(java.time.Duration.ofHours(duration.toHours()))
                ? duration.toHours() + "h"
                : duration.toSeconds() + "s";
    }

    /** Whether the one that is there already says all that. */
    static boolean isAsked(
            Certificate found, IssuanceSettings settings, List<OwnerReference> owners) {
        return found.getSpec() != null
                && wanted(new CertificateBuilder(found), settings).getSpec().equals(found.getSpec())
                && found.getMetadata().getOwnerReferences().containsAll(owners);
    }

    private static Certificate wanted(CertificateBuilder base, IssuanceSettings settings) {
        return base.editOrNewSpec()
                .withCommonName("Gibbon intermediate")
                .withIsCA(true)
                .withSecretName(NAME)
                .withUsages("cert sign", "crl sign")
                .withDuration(new Duration(settings.duration()))
                .withRenewBefore(new Duration(settings.renewBefore()))
                .editOrNewIssuerRef()
                .withName(settings.issuer().name())
                .withKind(settings.issuer().kind())
                .withGroup(settings.issuer().group())
                .endIssuerRef()
                // A key of its own for each; PKCS#8 is what the JDK reads.
                .editOrNewPrivateKey()
                .withAlgorithm("ECDSA")
                .withSize(256)
                .withEncoding("PKCS8")
                .withRotationPolicy("Always")
                .endPrivateKey()
                .endSpec()
                .build();
    }
}
