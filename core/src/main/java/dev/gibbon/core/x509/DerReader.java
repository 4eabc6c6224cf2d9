package dev.gibbon.core.x509;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Reads DER elements one after the other, strictly: definite lengths only, in their shortest form,
 * one-byte tags, nothing after the end.
 */
final class DerReader {
    private static final HexFormat HEX = HexFormat.of();

    private final byte[] bytes;
    private final int end;
    private int position;

    DerReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private DerReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    boolean hasMore() {
        return position < end;
    }

    /** Enters the next element, which must have this tag. */
    DerReader enter(int tag, String name) throws X509FormatException {
        int length = header(tag, name);
        DerReader inner = new DerReader(bytes, position, position + length);
        position += length;
        return inner;
    }

    /** The content of the next element, which must have this tag. */
    byte[] content(int tag, String name) throws X509FormatException {
        int length = header(tag, name);
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    /** The next element as it stands, header included. */
    byte[] element(int tag, String name) throws X509FormatException {
        int start = position;
        int length = header(tag, name);
        position += length;
        return Arrays.copyOfRange(bytes, start, position);
    }

    /** The content of the next bit string, which must be whole bytes. */
    byte[] bitString(String name) throws X509FormatException {
        byte[] content = content(Der.BIT_STRING, name);
        if (content.length == 0 || content[0] != 0) {
            throw new X509FormatException(name + ": unused bits (expected: whole bytes)");
        }
        return Arrays.copyOfRange(content, 1, content.length);
    }

    void expectEnd(String name) throws X509FormatException {
        if (hasMore()) {
            throw new X509FormatException(
                    name + ": " + (end - position) + " bytes more (expected: the end)");
        }
    }

    private int header(int tag, String name) throws X509FormatException {
        int got = next(name);
        if (got != tag) {
            throw new X509FormatException(
                    name + ": tag 0x" + hex(got) + " (expected: 0x" + hex(tag) + ")");
        }
        int first = next(name);
        int length = first;
        if (first >= 0x80) {
            int count = first & 0x7f;
            if (count == 0 || count > 3) {
                throw new X509FormatException(
                        name + ": length byte 0x" + hex(first) + " (expected: a definite length)");
            }
            length = 0;
            for (int i = 0; i < count; i++) {
                length = (length << 8) | next(name);
            }
            if (length < 0x80 || length >>> (8 * (count - 1)) == 0) {
                throw new X509FormatException(name + ": length (expected: the shortest form)");
            }
        }
        if (length > end - position) {
            throw new X509FormatException(
                    name + ": length " + length + " (expected: at most " + (end - position) + ")");
        }
        return length;
    }

    private int next(String name) throws X509FormatException {
        if (position >= end) {
            throw new X509FormatException(name + ": end of input (expected: an element)");
        }
        return bytes[position++] & 0xff;
    }

    private static String hex(int value) {
        return HEX.toHexDigits((byte) value);
    }
}
