package dev.gibbon.core.x509;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/**
 * The one kind of key in a mesh: ECDSA on NIST P-256, with SHA-256. BoringSSL and the JDK both take
 * it, which does not hold for Ed25519.
 */
public final class P256 {
    static final byte[] SIGNATURE_ALGORITHM =
            DerWriter.sequence(DerWriter.oid(Der.ECDSA_WITH_SHA256));

    /**
     * SubjectPublicKeyInfo up to the point: algorithm, curve, and an uncompressed point follows.
     */
    private static final byte[] ALGORITHM =
            DerWriter.sequence(DerWriter.oid(Der.EC_PUBLIC_KEY), DerWriter.oid(Der.P256));

    private static final int POINT_LENGTH = 65;

    private P256() {}

    /** A new key pair. May read the kernel's random device, so not on an event loop. */
    public static KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no P-256", e);
        }
    }

    static byte[] sign(PrivateKey key, byte[] data) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("key: cannot sign (expected: a P-256 key)", e);
        }
    }

    static boolean verifies(PublicKey key, byte[] data, byte[] signed) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(key);
            signature.update(data);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Reads a SubjectPublicKeyInfo that must hold an uncompressed point of the curve. */
    static PublicKey parsePublicKey(byte[] spki, String name) throws X509FormatException {
        DerReader info = new DerReader(spki).enter(Der.SEQUENCE, name);
        byte[] algorithm = info.element(Der.SEQUENCE, name + ".algorithm");
        if (!Arrays.equals(algorithm, ALGORITHM)) {
            throw new X509FormatException(name + ".algorithm: another (expected: EC on P-256)");
        }
        byte[] point = info.bitString(name + ".point");
        info.expectEnd(name);
        if (point.length != POINT_LENGTH || point[0] != 4) {
            throw new X509FormatException(name + ".point: not an uncompressed P-256 point");
        }
        try {
            PublicKey key =
                    KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki));
            if (key instanceof ECPublicKey ec && isOnCurve(ec)) {
                return key;
            }
            throw new X509FormatException(name + ".point: not on the curve");
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new X509FormatException(name + ".point: not a P-256 key", e);
        }
    }

    /** The JDK's key factory does not promise this check, and signatures need it. */
    private static boolean isOnCurve(ECPublicKey key) {
        ECPoint point = key.getW();
        EllipticCurve curve = key.getParams().getCurve();
        if (point.equals(ECPoint.POINT_INFINITY) || !(curve.getField() instanceof ECFieldFp f)) {
            return false;
        }
        BigInteger p = f.getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        BigInteger right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB()).mod(p);
        return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.multiply(y).mod(p).equals(right);
    }
}
