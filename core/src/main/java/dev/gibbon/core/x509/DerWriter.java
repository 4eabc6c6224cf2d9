package dev.gibbon.core.x509;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Values in the Distinguished Encoding Rules (X.690). Each method returns one whole element: tag,
 * length and content.
 */
final class DerWriter {
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT);
    private static final DateTimeFormatter GENERALIZED_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT);

    private DerWriter() {}

    static byte[] element(int tag, byte[]... contents) {
        byte[] content = concat(contents);
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 6);
        out.write(tag);
        writeLength(out, content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
            return;
        }
        int bytes = (32 - Integer.numberOfLeadingZeros(length) + 7) / 8;
        out.write(0x80 | bytes);
        for (int i = bytes - 1; i >= 0; i--) {
            out.write(length >>> (8 * i));
        }
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] sequence(byte[]... elements) {
        return element(Der.SEQUENCE, elements);
    }

    static byte[] set(byte[] only) {
        return element(Der.SET, only);
    }

    static byte[] integer(BigInteger value) {
        return element(Der.INTEGER, value.toByteArray());
    }

    static byte[] bool(boolean value) {
        return element(Der.BOOLEAN, new byte[] {(byte) (value ? 0xff : 0)});
    }

    static byte[] octetString(byte[] content) {
        return element(Der.OCTET_STRING, content);
    }

    /** A bit string of whole bytes. */
    static byte[] bitString(byte[] content) {
        return element(Der.BIT_STRING, new byte[] {0}, content);
    }

    /** A bit string of named bits, trailing zeros removed as DER asks (X.690 11.2.2). */
    static byte[] namedBits(int unusedBits, int bits) {
        return element(Der.BIT_STRING, new byte[] {(byte) unusedBits, (byte) bits});
    }

    static byte[] utf8(String text) {
        return element(Der.UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** An object identifier, e.g. {@code 2.5.29.17}. */
    static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int arc = Integer.parseInt(arcs[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arc >>> shift != 0) {
                    out.write(0x80 | ((arc >>> shift) & 0x7f));
                }
            }
            out.write(arc & 0x7f);
        }
        return element(Der.OID, out.toByteArray());
    }

    /** UTCTime until 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5). Seconds precision. */
    static byte[] time(Instant instant) {
        ZonedDateTime utc = instant.atZone(ZoneOffset.UTC);
        boolean isShort = utc.getYear() >= 1950 && utc.getYear() < 2050;
        String text = (isShort ? UTC_TIME : GENERALIZED_TIME).format(utc);
        return element(
                isShort ? Der.UTC_TIME : Der.GENERALIZED_TIME,
                text.getBytes(StandardCharsets.US_ASCII));
    }
}
