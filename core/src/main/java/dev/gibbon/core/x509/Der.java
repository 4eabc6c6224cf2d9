package dev.gibbon.core.x509;

/** Tags of X.690 and object identifiers that occur in certificates and requests. */
final class Der {
    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OID = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    static final String EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    static final String RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    static final String P256 = "1.2.840.10045.3.1.7";

    private Der() {}

    /** A context-specific tag with primitive content, e.g. {@code [6]} of a GeneralName. */
    static int context(int number) {
        return 0x80 | number;
    }

    /** A context-specific tag with constructed content, e.g. {@code [3]} of extensions. */
    static int contextConstructed(int number) {
        return 0xa0 | number;
    }
}
