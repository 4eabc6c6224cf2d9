package dev.gibbon.core.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With keys and certificates as openssl makes them. */
class CertifiedKeyTest {
    private static final String OPTION = ":-pkeyopt:";
    private static final String EC = "ec:-pkeyopt:ec_paramgen_curve:P-256";
    private static final String RSA = "rsa:2048";

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "ec:-pkeyopt:ec_paramgen_curve:P-256, EC",
        "ec:-pkeyopt:ec_paramgen_curve:P-384, EC",
        "rsa:2048, RSA",
        "rsa:3072, RSA",
    })
    void keyAndCertificateOfOneMakingBelongTogether(String kind, String algorithm)
            throws Exception {
        make("a", kind);

        CertifiedKey made = CertifiedKey.of(chain("a"), text("a.key"));

        assertThat(made.key().getAlgorithm()).isEqualTo(algorithm);
        assertThat(made.chain()).isEqualTo(chain("a"));
        assertThat(made).hasToString("CertifiedKey[CN=a]");
    }

    @ParameterizedTest
    @ValueSource(strings = {EC, RSA})
    void keyOfAnotherCertificateIsRefused(String kind) throws Exception {
        make("a", kind);
        make("b", kind);

        assertThatThrownBy(() -> CertifiedKey.of(chain("a"), text("b.key")))
                .isInstanceOf(X509FormatException.class)
                .hasMessage(
                        "private key: another one than the certificate's (expected: the key that"
                                + " the first certificate was made for)");
    }

    @Test
    void rsaKeyOfAnotherLengthIsRefusedAsAnotherKey() throws Exception {
        make("a", RSA);
        make("b", "rsa:3072");

        assertThatThrownBy(() -> CertifiedKey.of(chain("a"), text("b.key")))
                .hasMessageStartingWith("private key: another one than the certificate's");
    }

    @Test
    void keyOfAnotherAlgorithmIsUnreadable() throws Exception {
        make("a", RSA);
        make("b", EC);

        assertThatThrownBy(() -> CertifiedKey.of(chain("a"), text("b.key")))
                .isInstanceOf(X509FormatException.class)
                .hasMessage(unreadable("RSA"))
                .hasNoCause();
        assertThatThrownBy(() -> CertifiedKey.of(chain("b"), text("a.key")))
                .hasMessage(unreadable("EC"));
    }

    @Test
    void encryptedKeyIsRefusedWithTheWayOut() throws Exception {
        make("a", RSA);
        openssl("pkey", "-in", "a.key", "-aes128", "-passout", "pass:x", "-out", "locked.key");
        openssl(
                "pkey",
                "-in",
                "a.key",
                "-traditional",
                "-aes128",
                "-passout",
                "pass:x",
                "-out",
                "old.key");

        for (String file : List.of("old.key", "locked.key")) {
            assertThatThrownBy(() -> CertifiedKey.of(chain("a"), text(file)))
                    .as(file)
                    .hasMessage(unreadable("RSA"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rsa:2048, RSA PRIVATE KEY",
        "ec:-pkeyopt:ec_paramgen_curve:P-256, EC PRIVATE KEY",
        "ec:-pkeyopt:ec_paramgen_curve:P-384, EC PRIVATE KEY",
        "ec:-pkeyopt:ec_paramgen_curve:P-521, EC PRIVATE KEY",
    })
    void keyInTheFormFromBeforePkcs8IsTheSameKey(String kind, String label) throws Exception {
        make("a", kind);
        openssl("pkey", "-in", "a.key", "-traditional", "-out", "old.key");
        assertThat(text("old.key")).contains("-----BEGIN " + label + "-----");

        CertifiedKey made = CertifiedKey.of(chain("a"), text("old.key"));

        CertifiedKey modern = CertifiedKey.of(chain("a"), text("a.key"));
        assertThat(number(made.key())).isEqualTo(number(modern.key()));
    }

    @Test
    void parametersOfTheCurveBeforeTheKeyAreSkipped() throws Exception {
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "a.key");
        assertThat(text("a.key")).contains("BEGIN EC PARAMETERS");
        openssl("req", "-x509", "-new", "-key", "a.key", "-subj", "/CN=a", "-out", "a.crt");

        assertThat(CertifiedKey.of(chain("a"), text("a.key")).key().getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void twoKeysAreRefusedAlsoInDifferentForms() throws Exception {
        make("a", RSA);
        openssl("pkey", "-in", "a.key", "-traditional", "-out", "old.key");
        String both = text("a.key") + text("old.key");

        assertThatThrownBy(() -> CertifiedKey.of(chain("a"), both)).hasMessage(unreadable("RSA"));
    }

    @Test
    void algorithmThatTlsServersHereDoNotSpeakIsNamed() throws Exception {
        make("a", "ed25519");

        assertThatThrownBy(() -> CertifiedKey.of(chain("a"), text("a.key")))
                .hasMessage("certificate: key of algorithm EdDSA (expected: EC or RSA)");
    }

    private static BigInteger number(PrivateKey key) {
        return switch (key) {
            case RSAPrivateKey rsa -> rsa.getPrivateExponent();
            case ECPrivateKey ec -> ec.getS();
            default -> throw new AssertionError(key.getAlgorithm());
        };
    }

    private static String unreadable(String algorithm) {
        return "private key: unreadable (expected: one in PEM, PKCS#8, "
                + algorithm
                + ", not encrypted; see openssl pkcs8 -topk8 -nocrypt)";
    }

    private void make(String name, String kind) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("req", "-x509", "-nodes", "-newkey"));
        int option = kind.indexOf(OPTION);
        words.add(option < 0 ? kind : kind.substring(0, option));
        if (option >= 0) {
            words.addAll(List.of("-pkeyopt", kind.substring(option + OPTION.length())));
        }
        words.addAll(List.of("-subj", "/CN=" + name, "-days", "1"));
        words.addAll(List.of("-keyout", name + ".key", "-out", name + ".crt"));
        openssl(words.toArray(String[]::new));
    }

    private void openssl(String... words) throws IOException, InterruptedException {
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

    private List<X509Certificate> chain(String name) throws IOException, X509FormatException {
        return Pem.certificates(text(name + ".crt"));
    }

    private String text(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }
}
