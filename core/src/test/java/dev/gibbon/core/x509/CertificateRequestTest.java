package dev.gibbon.core.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

class CertificateRequestTest {
    private final KeyPair keys = P256.generate(new SecureRandom());

    @Test
    void bouncyCastleReadsAndVerifiesOurRequest() throws Exception {
        byte[] der = CertificateRequest.create(keys);

        PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);

        assertThat(
                        request.isSignatureValid(
                                new JcaContentVerifierProviderBuilder().build(keys.getPublic())))
                .isTrue();
        assertThat(request.getEncoded()).isEqualTo(der);
    }

    @Test
    void requestOfBouncyCastleIsReadAndItsNameForgotten() throws Exception {
        byte[] der =
                new JcaPKCS10CertificationRequestBuilder(
                                new X500Name("CN=somebody-else"), keys.getPublic())
                        .build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(keys.getPrivate()))
                        .getEncoded();

        assertThat(CertificateRequest.parse(der))
                .isEqualTo(new CertificateRequest(keys.getPublic()));
    }

    @Test
    void keyOfAnotherCurveIsRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp384r1"));
        byte[] der = CertificateRequest.create(generator.generateKeyPair());

        assertThatThrownBy(() -> CertificateRequest.parse(der))
                .isInstanceOf(X509FormatException.class)
                .hasMessageContaining("csr.key.algorithm");
    }

    @Test
    void signatureByAnotherKeyIsRefused() {
        KeyPair other = P256.generate(new SecureRandom());
        byte[] der = CertificateRequest.create(new KeyPair(keys.getPublic(), other.getPrivate()));

        assertThatThrownBy(() -> CertificateRequest.parse(der))
                .isInstanceOf(X509FormatException.class)
                .hasMessage("csr.signature: does not verify");
    }

    @Test
    void bytesBehindTheRequestAreRefused() {
        byte[] der = CertificateRequest.create(keys);

        assertThatThrownBy(() -> CertificateRequest.parse(Arrays.copyOf(der, der.length + 1)))
                .isInstanceOf(X509FormatException.class);
    }

    /** A changed body breaks the signature; what still parses must hold the key we know. */
    @Test
    void mutatedRequestsFailWithTheDeclaredExceptionOnly() {
        byte[] der = CertificateRequest.create(keys);
        Random random = new Random(42);
        int refused = 0;

        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = mutate(der, random);
            try {
                assertThat(CertificateRequest.parse(mutated).publicKey())
                        .isEqualTo(keys.getPublic());
            } catch (X509FormatException e) {
                assertThat(e).hasMessageStartingWith("csr");
                refused++;
            }
        }

        assertThat(refused).isGreaterThan(19_000);
    }

    private static byte[] mutate(byte[] der, Random random) {
        byte[] out = der.clone();
        switch (random.nextInt(4)) {
            case 0 -> out[random.nextInt(out.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> out[random.nextInt(Math.min(60, out.length))] = (byte) random.nextInt();
            case 2 -> out = Arrays.copyOf(out, random.nextInt(out.length));
            case 3 -> {
                int at = random.nextInt(out.length);
                out = Arrays.copyOf(out, out.length + 1);
                System.arraycopy(der, at, out, at + 1, der.length - at);
                out[at] = (byte) random.nextInt();
            }
            default -> throw new AssertionError("out of bounds");
        }
        return out;
    }
}
