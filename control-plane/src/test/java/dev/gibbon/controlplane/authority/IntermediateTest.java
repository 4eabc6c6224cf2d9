package dev.gibbon.controlplane.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.controlplane.authority.Intermediate.Documents;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.x509.Pem;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class IntermediateTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Optional<TrustDomain> DOMAIN = Optional.of(new TrustDomain("example.org"));

    private final TestIssuer root = TestIssuer.root("root", NOW);
    private final TestIssuer issuer = root.issue("mesh", NOW);

    private static Intermediate read(Documents documents) throws UnusableIntermediateException {
        return Intermediate.read(documents, DOMAIN, NOW, new SecureRandom());
    }

    private static void assertRefused(Documents documents, String... said) {
        assertThatThrownBy(() -> read(documents))
                .isInstanceOf(UnusableIntermediateException.class)
                .message()
                .contains(said)
                .doesNotContain("\n");
    }

    private static Documents with(TestIssuer above, UnaryOperator<CertificateBuilder> change) {
        return above.issue("mesh", NOW, change).documents();
    }

    @Test
    void whatIsInOrderIsTakenWithTheRootThatItLeadsTo() throws Exception {
        Intermediate issued = read(issuer.documents());

        assertThat(issued.chain()).containsExactly(issuer.certificate());
        assertThat(issued.root()).isEqualTo(root.certificate());
        assertThat(issued.trustDomain()).isEqualTo(DOMAIN.orElseThrow());
        assertThat(issued.notAfter()).isEqualTo(NOW.plus(Duration.ofDays(90)));
    }

    @Test
    void trustDomainIsNamedAfterTheKeyOfTheRootWhereNothingElseIsSaid() throws Exception {
        Intermediate issued =
                Intermediate.read(issuer.documents(), Optional.empty(), NOW, new SecureRandom());

        assertThat(issued.trustDomain())
                .isEqualTo(CertificateAuthority.domainOf(root.certificate().getPublicKey()));
    }

    @Test
    void chainOfThreeIsTakenAndOneOfFourIsNot() throws Exception {
        TestIssuer third = root.issue("first", NOW).issue("second", NOW).issue("third", NOW);

        assertThat(read(third.documents()).chain())
                .hasSize(3)
                .first()
                .isEqualTo(third.certificate());
        assertRefused(third.issue("fourth", NOW).documents(), "4 certificates", "at most 3");
    }

    @Test
    void rootBehindTheChainIsNoPartOfIt() throws Exception {
        Documents documents = issuer.documents();

        Intermediate issued =
                read(
                        new Documents(
                                documents.certificates() + documents.authorities(),
                                documents.key(),
                                documents.authorities()));

        assertThat(issued.chain()).containsExactly(issuer.certificate());
    }

    @Test
    void ofSeveralRootsOnlyTheOneThatHasSignedIsTrusted() throws Exception {
        Documents documents = issuer.documents();
        String other = Pem.ofCertificates(List.of(TestIssuer.root("other", NOW).certificate()));

        Intermediate issued =
                read(
                        new Documents(
                                documents.certificates(),
                                documents.key(),
                                other + documents.authorities()));

        assertThat(issued.root()).isEqualTo(root.certificate());
    }

    @Test
    void issuerThatIsSelfSignedIsItsOwnRoot() throws Exception {
        Intermediate issued = read(root.documents());

        assertThat(issued.chain()).isEmpty();
        assertThat(issued.root()).isEqualTo(root.certificate());
    }

    @Test
    void leafIsRefused() {
        assertRefused(
                with(root, builder -> builder.setIsCertificateAuthority(false)),
                "'CN=mesh'",
                "is no authority");
    }

    @Test
    void authorityThatMayNotSignCertificatesIsRefused() {
        assertRefused(
                with(root, builder -> builder.setKeyUsage(true, KeyUsage.digitalSignature)),
                "'CN=mesh'",
                "usage cert sign");
    }

    @Test
    void pathLengthHasToLeaveRoomForTheChain() throws Exception {
        UnaryOperator<CertificateBuilder> none =
                builder -> builder.setPathLengthConstraint(OptionalInt.of(0));
        TestIssuer narrow = TestIssuer.root("narrow", NOW, none);

        assertRefused(narrow.issue("mesh", NOW).documents(), "'CN=narrow'", "path length 0");
        assertRefused(
                root.issue("middle", NOW, none).issue("mesh", NOW).documents(),
                "'CN=middle'",
                "path length 0");
        // What signs leaves only needs no room.
        assertThat(read(with(root, none)).chain()).hasSize(1);
    }

    @Test
    void whatHasEndedOrNotBegunIsRefused() {
        assertRefused(with(root, builder -> builder.notAfter(NOW)), "'CN=mesh'", "ended at");
        assertRefused(
                with(root, builder -> builder.notBefore(NOW.plusSeconds(1))),
                "'CN=mesh'",
                "begins at");
        TestIssuer old =
                TestIssuer.root("old", NOW, builder -> builder.notAfter(NOW.minusSeconds(1)));
        assertRefused(old.issue("mesh", NOW).documents(), "'CN=old'", "ended at");
    }

    @Test
    void keyOfAnotherCertificateIsRefused() {
        Documents documents = issuer.documents();
        Documents other = root.issue("mesh", NOW).documents();

        assertRefused(
                new Documents(documents.certificates(), other.key(), documents.authorities()),
                "tls.key",
                "not the key of 'CN=mesh'");
    }

    @Test
    void keysThatAreNotOnP256AreRefused() {
        assertRefused(with(root, builder -> builder.algorithm(Algorithm.ecp384)), "tls.key");
        assertRefused(with(root, CertificateBuilder::rsa2048), "tls.key", "private key");
    }

    @Test
    void rootMayHaveAnotherKindOfKey() throws Exception {
        TestIssuer rsa = TestIssuer.root("rsa", NOW, CertificateBuilder::rsa2048);
        TestIssuer p384 =
                TestIssuer.root("p384", NOW, builder -> builder.algorithm(Algorithm.ecp384));

        assertThat(read(rsa.issue("mesh", NOW).documents()).root()).isEqualTo(rsa.certificate());
        assertThat(read(p384.issue("mesh", NOW).documents()).root()).isEqualTo(p384.certificate());
    }

    @Test
    void chainThatDoesNotLeadToTheRootIsRefused() {
        Documents documents = issuer.documents();
        // The same name, another key: only the signature tells.
        String forged = Pem.ofCertificates(List.of(TestIssuer.root("root", NOW).certificate()));

        assertRefused(
                new Documents(documents.certificates(), documents.key(), forged),
                "ca.crt: no self-signed root that has signed 'CN=mesh'");
    }

    @Test
    void anchorThatIsNotSelfSignedIsRefused() {
        TestIssuer middle = root.issue("middle", NOW);
        Documents documents = middle.issue("mesh", NOW).documents();

        assertRefused(
                new Documents(
                        Pem.ofCertificates(List.of(middle.issue("mesh", NOW).certificate())),
                        documents.key(),
                        Pem.ofCertificates(List.of(middle.certificate()))),
                "ca.crt: no self-signed root");
    }

    @Test
    void chainInAnotherOrderIsRefused() {
        TestIssuer first = root.issue("first", NOW);
        TestIssuer second = first.issue("second", NOW);
        Documents documents = second.documents();

        assertRefused(
                new Documents(
                        Pem.ofCertificates(List.of(first.certificate(), second.certificate())),
                        documents.key(),
                        documents.authorities()),
                "'CN=second'");
    }

    @Test
    void whatIsMissingOrUnreadableIsNamed() {
        Documents good = issuer.documents();

        assertRefused(new Documents("", good.key(), good.authorities()), "tls.crt: missing");
        assertRefused(new Documents(good.certificates(), "", good.authorities()), "tls.key");
        assertRefused(new Documents(good.certificates(), good.key(), " "), "ca.crt: missing");
        assertRefused(new Documents("nonsense", good.key(), good.authorities()), "tls.crt: pem");
    }

    @Test
    void keyIsNotShown() {
        assertThat(issuer.documents().toString()).doesNotContain("KEY");
        assertThat(issuer.intermediate(DOMAIN, NOW).toString())
                .isEqualTo("Intermediate['CN=mesh', until 2026-05-30T10:00:00Z]");
    }
}
