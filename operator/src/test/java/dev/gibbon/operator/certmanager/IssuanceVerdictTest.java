package dev.gibbon.operator.certmanager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.controlplane.authority.Intermediate.Documents;
import dev.gibbon.controlplane.authority.TestIssuer;
import dev.gibbon.operator.certmanager.IssuanceVerdict.IssuerState;
import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.certmanager.api.model.v1.Issuer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IssuanceVerdictTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final IssuerReference ISSUER =
            new IssuerReference("company-ca", "ClusterIssuer", "cert-manager.io");

    private final Documents documents = TestIssuer.root("root", NOW).issue("mesh", NOW).documents();

    private static Certificate certificate(String conditions) {
        return YAML.unmarshal(
                """
                apiVersion: cert-manager.io/v1
                kind: Certificate
                metadata: {name: gibbon-intermediate}
                status: {conditions: [%s]}
                """
                        .formatted(conditions),
                Certificate.class);
    }

    private static IssuerState issuer(String conditions) {
        return IssuerState.of(
                YAML.unmarshal(
                                """
                                apiVersion: cert-manager.io/v1
                                kind: Issuer
                                metadata: {name: company-ca}
                                status: {conditions: [%s]}
                                """
                                        .formatted(conditions),
                                Issuer.class)
                        .getStatus());
    }

    private static Issuance verdict(
            IssuerState state, Certificate certificate, Optional<Documents> secret) {
        return IssuanceVerdict.of(
                new IssuanceVerdict.Facts(ISSUER, state, certificate, secret),
                Optional.empty(),
                NOW,
                new SecureRandom());
    }

    @Test
    void whatIsInOrderIsOfferedWithoutTrouble() {
        Issuance issuance =
                verdict(
                        issuer("{type: Ready, status: 'True'}"),
                        certificate("{type: Ready, status: 'True'}"),
                        Optional.of(documents));

        assertThat(issuance.trouble()).isEmpty();
        assertThat(issuance.offered()).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "MISSING | '' | ISSUER_MISSING | ClusterIssuer company-ca: there is none",
                "{type: Ready, status: 'False', message: no such Secret} | | ISSUER_NOT_READY"
                        + " | ClusterIssuer company-ca: not ready: no such Secret",
                "{type: Other, status: 'True'} | | ISSUER_NOT_READY | cert-manager has not looked",
                "{type: Ready, status: 'True'} | | CERTIFICATE_NOT_READY"
                        + " | Certificate gibbon-intermediate: cert-manager has not looked at it",
                "{type: Ready, status: 'True'}"
                        + " | {type: Ready, status: 'False', message: being issued}"
                        + " | CERTIFICATE_NOT_READY | not ready: being issued",
                "{type: Ready, status: 'True'}"
                        + " | {type: Issuing, status: 'False', reason: Failed, message: denied}"
                        + " | CERTIFICATE_NOT_READY | issuing has failed: denied",
                "UNKNOWN | {type: Ready, status: 'False', message: denied}"
                        + " | CERTIFICATE_NOT_READY | not ready: denied",
            })
    void troubleIsNamedByWhatCausesIt(
            String issuer, String certificate, Trouble.Reason reason, String message) {
        IssuerState state =
                switch (issuer) {
                    case "MISSING" -> IssuerState.MISSING;
                    case "UNKNOWN" -> IssuerState.UNKNOWN;
                    default -> issuer(issuer);
                };

        Issuance issuance =
                verdict(
                        state,
                        certificate(
                                certificate == null || certificate.equals("''") ? "" : certificate),
                        Optional.empty());

        assertThat(issuance.offered()).isEmpty();
        assertThat(issuance.trouble())
                .hasValueSatisfying(trouble -> {
                    assertThat(trouble.reason()).isEqualTo(reason);
                    assertThat(trouble.message()).contains(message);
                });
    }

    @Test
    void whatHoldsIsOfferedAlsoWhileItCannotBeRenewed() {
        Issuance issuance =
                verdict(
                        IssuerState.MISSING,
                        certificate("{type: Ready, status: 'True'}"),
                        Optional.of(documents));

        assertThat(issuance.offered()).isPresent();
        assertThat(issuance.trouble().map(Trouble::reason)).contains(Trouble.Reason.ISSUER_MISSING);
    }

    @Test
    void secretThatCannotSignIsNotOffered() {
        Issuance issuance =
                verdict(
                        issuer("{type: Ready, status: 'True'}"),
                        certificate("{type: Ready, status: 'True'}"),
                        Optional.of(new Documents(documents.certificates(), "", "")));

        assertThat(issuance.offered()).isEmpty();
        assertThat(issuance.trouble())
                .contains(
                        new Trouble(
                                Trouble.Reason.INTERMEDIATE_UNUSABLE,
                                "Secret gibbon-intermediate: ca.crt: missing (expected:"
                                        + " certificates)"));
    }

    @Test
    void textOfStrangersCannotForgeALine() {
        assertThat(
                        new Trouble(Trouble.Reason.API_FAILED, "a\nb\u001b[1m" + "x".repeat(1000))
                                .message())
                .startsWith("a?b?[1mxx")
                .hasSizeLessThan(510);
    }
}
