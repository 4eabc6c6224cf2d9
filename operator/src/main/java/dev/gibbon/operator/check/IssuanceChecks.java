package dev.gibbon.operator.check;

import dev.gibbon.operator.certmanager.IntermediateRequest;
import dev.gibbon.operator.certmanager.IssuanceVerdict;
import dev.gibbon.operator.certmanager.IssuerReference;
import dev.gibbon.operator.certmanager.Trouble;
import io.fabric8.certmanager.api.model.v1.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether cert-manager does what the mesh has asked of it. */
final class IssuanceChecks {
    private static final String DEFINITION = "certificates." + IssuerReference.CERT_MANAGER;

    private IssuanceChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        Group.CERTIFICATES,
                        "intermediate-issued",
                        "cert-manager issues what the mesh signs with",
                        "With certManager.issuerRef the operator signs with an intermediate of that"
                                + " issuer. Without a first one no pod gets a certificate; without a"
                                + " renewal every certificate of the mesh ends with the last one.",
                        "kubectl -n gibbon-system describe certificate gibbon-intermediate, and the"
                                + " issuer that it names. Install cert-manager, make the issuer, or"
                                + " correct certManager.issuerRef.",
                        IssuanceChecks::intermediate));
    }

    private static Outcome intermediate(ClusterSnapshot cluster) throws NotRead {
        Optional<IssuerReference> issuer = ConfiguredIssuer.of(cluster);
        if (issuer.isEmpty()) {
            return Outcome.ok("the mesh has a root of its own");
        }
        Findings findings = new Findings();
        if (cluster.get(Topic.DEFINITIONS).stream()
                .noneMatch(one -> DEFINITION.equals(one.getMetadata().getName()))) {
            return findings.failed(
                            "the cluster has no cert-manager: no definition of " + DEFINITION)
                    .orElse("");
        }
        List<Certificate> certificates = cluster.get(Topic.CERTIFICATES);
        if (certificates.isEmpty()) {
            return findings.failed(
                            "no Certificate "
                                    + IntermediateRequest.NAME
                                    + " in "
                                    + cluster.scope().meshNamespace()
                                    + " (expected: one, which the operator makes)")
                    .orElse("");
        }
        Optional<Trouble> trouble =
                IssuanceVerdict.trouble(
                        issuer.get(), cluster.get(Topic.ISSUER), certificates.getFirst());
        try {
            IntermediateReading secret = cluster.get(Topic.INTERMEDIATE);
            boolean usable = secret.problem().isEmpty();
            trouble.ifPresent(one -> {
                // What holds goes on for a while; without it nothing does.
                if (usable) {
                    findings.warning(one.message());
                } else {
                    findings.failed(one.message());
                }
            });
            if (!usable) {
                findings.failed("Secret " + IntermediateRequest.NAME + ": " + secret.problem());
            } else if (isLate(certificates.getFirst(), secret.notAfter(), cluster.scope().now())) {
                findings.warning(
                        "the intermediate ends "
                                + secret.notAfter()
                                + ", and half of the time for its renewal has passed");
            }
            return findings.orElse(issuer.get() + ", until " + secret.notAfter());
        } catch (NotRead e) {
            // Whoever may not read the Secret still learns what the issuer says.
            if (trouble.isEmpty()) {
                throw e;
            }
            return findings.failed(trouble.get().message()).orElse("");
        }
    }

    private static boolean isLate(Certificate certificate, Instant end, Instant now) {
        if (certificate.getSpec() == null || certificate.getSpec().getRenewBefore() == null) {
            return end.isBefore(now.plus(CertificateChecks.NEAR));
        }
        Duration renewBefore = certificate.getSpec().getRenewBefore().getDuration();
        return end.isBefore(now.plus(renewBefore.dividedBy(2)));
    }
}
