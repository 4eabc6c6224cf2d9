package dev.gibbon.operator.config;

import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.x509.CertifiedKey;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds in a Secret what a MeshService refers to. What it gives is written anew from what was
 * parsed, so that nothing else can leave the Secret, and what it says of a bad one quotes nothing.
 * Pure; any thread may call.
 */
final class SecretReader {
    private static final String TLS_TYPE = "kubernetes.io/tls";
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";

    /** In characters of PEM: a sidecar takes no longer text. */
    private static final int LONGEST = 60_000;

    private static final List<String> CURVES = List.of("secp256r1", "secp384r1", "secp521r1");
    private static final int SHORTEST_RSA = 2048;
    private static final int LONGEST_RSA = 8192;

    private SecretReader() {}

    /**
     * Reads one.
     *
     * @param secret null when there is none
     * @param now what a certificate's validity is compared with
     */
    static SecretValue read(@Nullable Secret secret, SecretRef reference, Instant now) {
        if (secret == null) {
            return new SecretValue.Unusable(
                    "SecretNotFound", "no Secret " + reference.name() + " in this namespace");
        }
        return switch (reference) {
            case SecretRef.Authorities(var _, String name, String key) ->
                    authorities(secret, name, key, now);
            case SecretRef.KeyPair(var _, String name) -> keyPair(secret, name, now);
        };
    }

    private static SecretValue authorities(Secret secret, String name, String key, Instant now) {
        String encoded = data(secret).get(key);
        if (encoded == null) {
            return missing(name, key);
        }
        List<X509Certificate> certificates = certificates(encoded);
        if (certificates.isEmpty()) {
            return unusable(
                    "SecretInvalid", name, key, "unreadable (expected: certificates in PEM)");
        }
        // Of a bundle some may be old; one in which none holds would vouch for everything they
        // signed.
        Instant end =
                certificates.stream()
                        .map(one -> one.getNotAfter().toInstant())
                        .max(Instant::compareTo)
                        .orElseThrow();
        if (now.isAfter(end)) {
            return unusable(
                    "CertificateExpired",
                    name,
                    key,
                    "no authority that is valid: the last expired at " + end);
        }
        String pem = Pem.ofCertificates(certificates);
        return pem.length() > LONGEST
                ? tooLong("SecretInvalid", name, key, pem)
                : new SecretValue.Certificates(pem);
    }

    private static SecretValue keyPair(Secret secret, String name, Instant now) {
        if (!TLS_TYPE.equals(secret.getType())) {
            return new SecretValue.Unusable(
                    "SecretTypeInvalid",
                    "Secret " + name + ": another type (expected: " + TLS_TYPE + ")");
        }
        String certificate = data(secret).get(CERTIFICATE);
        String key = data(secret).get(KEY);
        if (certificate == null || key == null) {
            return missing(name, certificate == null ? CERTIFICATE : KEY);
        }
        List<X509Certificate> chain = certificates(certificate);
        if (chain.isEmpty()) {
            return unusable(
                    "CertificateInvalid",
                    name,
                    CERTIFICATE,
                    "unreadable (expected: certificates in PEM, leaf first)");
        }
        String pem = Pem.ofCertificates(chain);
        if (pem.length() > LONGEST) {
            return tooLong("CertificateInvalid", name, CERTIFICATE, pem);
        }
        // Of the leaf alone: a chain may hold certificates that the upstream has no use for.
        X509Certificate leaf = chain.getFirst();
        if (!isSupported(leaf.getPublicKey())) {
            return unusable(
                    "KeyUnsupported",
                    name,
                    CERTIFICATE,
                    "for a key of another kind (expected: RSA of 2048 to 8192 bits, or EC on P-256,"
                            + " P-384 or P-521)");
        }
        Optional<PrivateKey> privateKey = privateKey(key);
        if (privateKey.isEmpty()) {
            return unusable(
                    "KeyInvalid",
                    name,
                    KEY,
                    "unreadable (expected: one private key in PEM, RSA or EC, not encrypted)");
        }
        if (!CertifiedKey.belongTogether(leaf.getPublicKey(), privateKey.get())) {
            return unusable(
                    "KeyMismatch",
                    name,
                    KEY,
                    "another key than the certificate's (expected: the key that the first"
                            + " certificate of "
                            + CERTIFICATE
                            + " was made for)");
        }
        if (now.isAfter(leaf.getNotAfter().toInstant())) {
            return unusable(
                    "CertificateExpired",
                    name,
                    CERTIFICATE,
                    "expired at " + leaf.getNotAfter().toInstant());
        }
        if (now.isBefore(leaf.getNotBefore().toInstant())) {
            return unusable(
                    "CertificateNotYetValid",
                    name,
                    CERTIFICATE,
                    "valid from " + leaf.getNotBefore().toInstant());
        }
        return new SecretValue.KeyPair(
                new ClientCertificate(pem, Pem.ofPrivateKey(privateKey.get())));
    }

    private static Map<String, String> data(Secret secret) {
        return secret.getData() == null ? Map.of() : secret.getData();
    }

    /** None where there is none, and where one cannot be read. */
    private static List<X509Certificate> certificates(String encoded) {
        try {
            return Pem.certificates(decoded(encoded));
        } catch (X509FormatException | IllegalArgumentException _) {
            return List.of();
        }
    }

    /** Of either kind, so that one of the wrong kind is told from one that cannot be read. */
    private static Optional<PrivateKey> privateKey(String encoded) {
        for (String algorithm : List.of("EC", "RSA")) {
            try {
                return Optional.of(Pem.privateKey(decoded(encoded), algorithm));
            } catch (X509FormatException | IllegalArgumentException _) {
                // Perhaps of the other kind.
            }
        }
        return Optional.empty();
    }

    private static String decoded(String encoded) {
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
    }

    /** What both TLS libraries of the sidecar sign with. */
    private static boolean isSupported(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa ->
                    "RSA".equals(rsa.getAlgorithm())
                            && rsa.getModulus().bitLength() >= SHORTEST_RSA
                            && rsa.getModulus().bitLength() <= LONGEST_RSA;
            case ECPublicKey ec -> CURVES.stream().anyMatch(curve -> isOn(curve, ec));
            default -> false;
        };
    }

    /** The JDK reads keys on more curves than it signs with. */
    private static boolean isOn(String curve, ECPublicKey key) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(curve));
            ECParameterSpec named = parameters.getParameterSpec(ECParameterSpec.class);
            return named.getCurve().equals(key.getParams().getCurve())
                    && named.getGenerator().equals(key.getParams().getGenerator());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + curve, e);
        }
    }

    private static SecretValue missing(String name, String key) {
        return unusable("SecretKeyNotFound", name, key, "missing");
    }

    private static SecretValue tooLong(String reason, String name, String key, String pem) {
        return unusable(
                reason,
                name,
                key,
                pem.length() + " characters of certificates (expected: at most " + LONGEST + ")");
    }

    private static SecretValue unusable(String reason, String name, String key, String what) {
        return new SecretValue.Unusable(reason, "Secret " + name + ", key " + key + ": " + what);
    }
}
