package dev.gibbon.core.x509;

/**
 * Bytes or text are not what they should be. The message says what was got and what was expected,
 * e.g. {@code csr.subject: tag 0x31 (expected: 0x30)}, and never holds key material.
 */
public final class X509FormatException extends Exception {
    private static final long serialVersionUID = 1L;

    public X509FormatException(String message) {
        super(message);
    }

    public X509FormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
