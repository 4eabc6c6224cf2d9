package dev.gibbon.operator.certmanager;

import dev.gibbon.controlplane.authority.Intermediate;
import dev.gibbon.controlplane.authority.UnusableIntermediateException;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.operator.certmanager.Trouble.Reason;
import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.certmanager.api.model.v1.CertificateCondition;
import io.fabric8.certmanager.api.model.v1.IssuerCondition;
import io.fabric8.certmanager.api.model.v1.IssuerStatus;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what to think of what cert-manager has made of a request. Pure. */
public final class IssuanceVerdict {
    private IssuanceVerdict() {}

    /**
     * What is known of the issuer.
     *
     * @param readable whether it can be looked at; those of other groups cannot
     * @param found whether it is there
     */
    public record IssuerState(boolean readable, boolean found, List<IssuerCondition> conditions) {
        /** One of another group. */
        public static final IssuerState UNKNOWN = new IssuerState(false, false, List.of());

        /** None of that name. */
        public static final IssuerState MISSING = new IssuerState(true, false, List.of());

        public IssuerState {
            conditions = List.copyOf(conditions);
        }

        /** One that is there. */
        public static IssuerState of(@Nullable IssuerStatus status) {
            return new IssuerState(true, true, status == null ? List.of() : status.getConditions());
        }
    }

    /**
     * All that was read.
     *
     * @param secret empty when there is none
     */
    public record Facts(
            IssuerReference issuer,
            IssuerState state,
            Certificate certificate,
            Optional<Intermediate.Documents> secret) {}

    /**
     * Decides.
     *
     * @param domain of the mesh; empty before it has one
     */
    static Issuance of(
            Facts facts, Optional<TrustDomain> domain, Instant now, SecureRandom random) {
        Optional<Trouble> trouble = trouble(facts.issuer(), facts.state(), facts.certificate());
        if (facts.secret().isEmpty()) {
            return new Issuance(Optional.empty(), trouble);
        }
        try {
            return new Issuance(
                    Optional.of(Intermediate.read(facts.secret().get(), domain, now, random)),
                    trouble);
        } catch (UnusableIntermediateException e) {
            return Issuance.of(
                    new Trouble(
                            Reason.INTERMEDIATE_UNUSABLE,
                            "Secret " + IntermediateRequest.NAME + ": " + e.getMessage()));
        }
    }

    /** What is wrong with an issuer, or with the Certificate that it is to sign. */
    public static Optional<Trouble> trouble(
            IssuerReference issuer, IssuerState state, Certificate certificate) {
        if (state.readable() && !state.found()) {
            return Optional.of(
                    new Trouble(
                            Reason.ISSUER_MISSING,
                            issuer
                                    + ": there is none (expected: the one of certManager.issuerRef)"));
        }
        Optional<IssuerCondition> ready =
                state.conditions().stream()
                        .filter(condition -> "Ready".equals(condition.getType()))
                        .findFirst();
        if (state.readable() && ready.filter(one -> "True".equals(one.getStatus())).isEmpty()) {
            return Optional.of(
                    new Trouble(
                            Reason.ISSUER_NOT_READY,
                            issuer
                                    + ": not ready: "
                                    + ready.map(IssuerCondition::getMessage)
                                            .orElse("cert-manager has not looked at it")));
        }
        return notReady(certificate)
                .map(message ->
                        new Trouble(
                                Reason.CERTIFICATE_NOT_READY,
                                "Certificate " + IntermediateRequest.NAME + ": " + message));
    }

    private static Optional<String> notReady(Certificate certificate) {
        List<CertificateCondition> conditions =
                certificate.getStatus() == null
                        ? List.of()
                        : certificate.getStatus().getConditions();
        Optional<CertificateCondition> issuing = condition(conditions, "Issuing");
        // That is how a failed attempt is told, also while the last certificate still holds.
        if (issuing.isPresent() && "Failed".equals(issuing.get().getReason())) {
            return Optional.of(
                    "issuing has failed: "
                            + Objects.requireNonNullElse(issuing.get().getMessage(), ""));
        }
        Optional<CertificateCondition> ready = condition(conditions, "Ready");
        if (ready.isEmpty()) {
            return Optional.of("cert-manager has not looked at it (expected: condition Ready)");
        }
        return ready.filter(one -> !"True".equals(one.getStatus()))
                .map(one ->
                        "not ready: " + Objects.requireNonNullElse(one.getMessage(), "no message"));
    }

    private static Optional<CertificateCondition> condition(
            List<CertificateCondition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }
}
