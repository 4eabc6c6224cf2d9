package dev.gibbon.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.CertifiedKey;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.Validity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With keys and certificates as openssl makes them; each holds for a day from now. */
class SecretReaderTest {
    private static final SecretRef AUTHORITIES = new SecretRef.Authorities("shop", "me", "ca.crt");
    private static final SecretRef PAIR = new SecretRef.KeyPair("shop", "me");
    private static final String TLS = "kubernetes.io/tls";

    @TempDir private static Path folder;
    private static Instant now;

    @BeforeAll
    static void makeKeysAndCertificates() throws Exception {
        String p256 = "ec_paramgen_curve:P-256";
        make("ec", "ec", p256);
        make("other-ec", "ec", p256);
        make("p384", "ec", "ec_paramgen_curve:P-384");
        make("p521", "ec", "ec_paramgen_curve:P-521");
        make("secp256k1", "ec", "ec_paramgen_curve:secp256k1");
        make("rsa", "rsa:2048", null);
        make("other-rsa", "rsa:2048", null);
        make("short-rsa", "rsa:1024", null);
        make("ed25519", "ed25519", null);
        for (String name : List.of("ec", "p384", "p521", "rsa")) {
            openssl("pkey", "-in", name + ".key", "-traditional", "-out", name + ".old.key");
            openssl(
                    "pkey",
                    "-in",
                    name + ".key",
                    "-aes128",
                    "-passout",
                    "pass:x",
                    "-out",
                    name + ".locked.key");
        }
        now = Instant.now();
    }

    @ParameterizedTest
    @CsvSource({
        "ec, ec.key",
        "ec, ec.old.key",
        "p384, p384.old.key",
        "p521, p521.old.key",
        "rsa, rsa.key",
        "rsa, rsa.old.key"
    })
    void certificateAndKeyAreTakenAndWrittenAnew(String certificate, String key) throws Exception {
        String noise = "not-for-sidecars\n";
        Secret secret =
                secret(
                        TLS,
                        Map.of(
                                "tls.crt",
                                noise + text(certificate + ".crt") + noise,
                                "tls.key",
                                noise + text(key) + noise,
                                "other",
                                noise));

        ClientCertificate read = pair(SecretReader.read(secret, PAIR, now));

        assertThat(read.chain()).isEqualTo(text(certificate + ".crt"));
        assertThat(read.key())
                .startsWith("-----BEGIN PRIVATE KEY-----\n")
                .endsWith("-----END PRIVATE KEY-----\n");
        assertThat(CertifiedKey.of(Pem.certificates(read.chain()), read.key())).isNotNull();
    }

    @Test
    void intermediateCertificatesStayInTheirOrder() throws Exception {
        String chain = text("ec.crt") + text("rsa.crt");

        assertThat(pair(read(chain, text("ec.key"))).chain()).isEqualTo(chain);
    }

    @ParameterizedTest
    @CsvSource({
        "ec, other-ec.key, KeyMismatch",
        "rsa, other-rsa.key, KeyMismatch",
        "ec, rsa.key, KeyMismatch",
        "rsa, ec.old.key, KeyMismatch",
        "ec, ec.locked.key, KeyInvalid",
        "rsa, rsa.locked.key, KeyInvalid",
        "ec, ec.crt, KeyInvalid",
        "ec, ed25519.key, KeyInvalid",
        "ed25519, ed25519.key, KeyUnsupported",
        "short-rsa, short-rsa.key, KeyUnsupported",
        "secp256k1, secp256k1.key, KeyUnsupported"
    })
    void pairThatCannotBeUsedIsRefusedForItsReason(String certificate, String key, String reason)
            throws Exception {
        String secretText = text(key);

        SecretValue.Unusable read = unusable(read(text(certificate + ".crt"), secretText));

        assertThat(read.reason()).isEqualTo(reason);
        assertThat(read.message()).startsWith("Secret me, key tls.").contains("expected: ");
        assertThat(secretText.lines().filter(line -> line.length() > 20))
                .isNotEmpty()
                .noneMatch(line -> read.message().contains(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n"})
    void whatIsNoCertificateOrNoKeyIsSaid(String bad) throws Exception {
        assertThat(unusable(read(bad, text("ec.key"))).reason()).isEqualTo("CertificateInvalid");
        assertThat(unusable(read(text("ec.crt"), bad)).reason()).isEqualTo("KeyInvalid");
    }

    @Test
    void dataThatIsNotBase64IsUnreadable() throws Exception {
        Secret secret = secret(TLS, Map.of("tls.crt", text("ec.crt"), "tls.key", "x"));
        secret.getData().put("tls.crt", "!");

        assertThat(unusable(SecretReader.read(secret, PAIR, now)).reason())
                .isEqualTo("CertificateInvalid");
    }

    @Test
    void missingSecretIsSaid() {
        assertThat(unusable(SecretReader.read(null, PAIR, now)))
                .isEqualTo(
                        new SecretValue.Unusable(
                                "SecretNotFound", "no Secret me in this namespace"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls.crt", "tls.key"})
    void missingKeyIsNamed(String key) throws Exception {
        Secret secret = secret(TLS, Map.of("tls.crt", text("ec.crt"), "tls.key", text("ec.key")));
        secret.getData().remove(key);

        assertThat(unusable(SecretReader.read(secret, PAIR, now)))
                .isEqualTo(
                        new SecretValue.Unusable(
                                "SecretKeyNotFound", "Secret me, key " + key + ": missing"));
    }

    @Test
    void secretWithoutDataHasNoKeys() {
        Secret secret = new SecretBuilder().withType(TLS).build();

        assertThat(unusable(SecretReader.read(secret, PAIR, now)).reason())
                .isEqualTo("SecretKeyNotFound");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Opaque", "kubernetes.io/service-account-token", "KUBERNETES.IO/TLS"})
    void secretOfAnotherTypeIsNotLookedInto(String type) throws Exception {
        Map<String, String> data = Map.of("tls.crt", text("ec.crt"), "tls.key", text("ec.key"));

        assertThat(unusable(SecretReader.read(secret(type, data), PAIR, now)))
                .isEqualTo(
                        new SecretValue.Unusable(
                                "SecretTypeInvalid",
                                "Secret me: another type (expected: kubernetes.io/tls)"));
    }

    @Test
    void certificateIsUsedWhileItHolds() throws Exception {
        Secret secret = secret(TLS, Map.of("tls.crt", text("ec.crt"), "tls.key", text("ec.key")));
        Instant end = Pem.certificates(text("ec.crt")).getFirst().getNotAfter().toInstant();
        Instant start = Pem.certificates(text("ec.crt")).getFirst().getNotBefore().toInstant();

        assertThat(SecretReader.read(secret, PAIR, end)).isInstanceOf(SecretValue.KeyPair.class);
        assertThat(SecretReader.read(secret, PAIR, start)).isInstanceOf(SecretValue.KeyPair.class);
        assertThat(unusable(SecretReader.read(secret, PAIR, end.plusSeconds(1))))
                .isEqualTo(
                        new SecretValue.Unusable(
                                "CertificateExpired", "Secret me, key tls.crt: expired at " + end));
        assertThat(unusable(SecretReader.read(secret, PAIR, start.minusSeconds(1))))
                .isEqualTo(
                        new SecretValue.Unusable(
                                "CertificateNotYetValid",
                                "Secret me, key tls.crt: valid from " + start));
    }

    @Test
    void moreCertificatesThanASidecarTakesAreRefused() throws Exception {
        String many = text("rsa.crt").repeat(80);

        assertThat(unusable(read(many, text("rsa.key"))).reason()).isEqualTo("CertificateInvalid");
        assertThat(
                        unusable(
                                        SecretReader.read(
                                                secret("Opaque", Map.of("ca.crt", many)),
                                                AUTHORITIES,
                                                now))
                                .message())
                .contains("characters of certificates (expected: at most 60000)");
    }

    @Test
    void authoritiesMayBeInSecretsOfAnyTypeButOnlyCertificatesAreTaken() throws Exception {
        Secret secret = secret("Opaque", Map.of("ca.crt", text("rsa.key") + text("rsa.crt")));

        assertThat(SecretReader.read(secret, AUTHORITIES, now))
                .isEqualTo(new SecretValue.Certificates(text("rsa.crt")));
    }

    @Test
    void ofAuthoritiesSomeMayBeExpiredButNotAll() throws Exception {
        X509Certificate longer =
                new CertificateIssuer(new SecureRandom())
                        .root(
                                P256.generate(new SecureRandom()),
                                "longer",
                                Validity.from(now, Duration.ofDays(30)));
        String both = text("rsa.crt") + Pem.ofCertificates(List.of(longer));
        Secret secret = secret("Opaque", Map.of("ca.crt", both));

        assertThat(SecretReader.read(secret, AUTHORITIES, now.plus(Duration.ofDays(9))))
                .isEqualTo(new SecretValue.Certificates(both));
        assertThat(SecretReader.read(secret, AUTHORITIES, now.plus(Duration.ofDays(31))))
                .isEqualTo(
                        new SecretValue.Unusable(
                                "CertificateExpired",
                                "Secret me, key ca.crt: no authority that is valid: the last"
                                        + " expired at "
                                        + longer.getNotAfter().toInstant()));
    }

    private static SecretValue read(String certificate, String key) {
        return SecretReader.read(
                secret(TLS, Map.of("tls.crt", certificate, "tls.key", key)), PAIR, now);
    }

    private static SecretValue.Unusable unusable(SecretValue value) {
        assertThat(value).isInstanceOf(SecretValue.Unusable.class);
        return (SecretValue.Unusable) value;
    }

    private static ClientCertificate pair(SecretValue value) {
        assertThat(value).isInstanceOf(SecretValue.KeyPair.class);
        return ((SecretValue.KeyPair) value).certificate();
    }

    private static Secret secret(String type, Map<String, String> data) {
        SecretBuilder secret = new SecretBuilder().withType(type);
        data.forEach((key, value) ->
                secret.addToData(
                        key,
                        Base64.getEncoder()
                                .encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        return secret.build();
    }

    private static void make(String name, String kind, @Nullable String option)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("req", "-x509", "-nodes", "-newkey", kind));
        if (option != null) {
            words.addAll(List.of("-pkeyopt", option));
        }
        words.addAll(List.of("-subj", "/CN=" + name, "-days", "1"));
        words.addAll(List.of("-keyout", name + ".key", "-out", name + ".crt"));
        openssl(words.toArray(String[]::new));
    }

    private static void openssl(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }

    private static String text(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }
}
