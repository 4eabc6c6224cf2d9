package dev.gibbon.sidecar.detect;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Finds out whether a connection begins with a request of HTTP/1.x that can be served as one (RFC
 * 9112 section 3): a method, a path, and the version. Requests to proxies ({@code CONNECT}, whole
 * URIs) and HTTP/2 are not.
 */
public final class RequestDetector {
    private static final int MAX_METHOD = 20;
    private static final String PREFIX = " HTTP/1.";

    private RequestDetector() {}

    /** What the bytes are. */
    public enum Verdict {
        REQUEST,
        OTHER,
        /** More is needed. */
        INCOMPLETE
    }

    /**
     * Judges. Neither index of the buffer changes, and it is not retained.
     *
     * @param bytes all that the client has sent so far
     * @param maxLine a longer request line is taken for something else
     */
    public static Verdict detect(ByteBuf bytes, int maxLine) {
        int start = bytes.readerIndex();
        int available = Math.min(bytes.readableBytes(), maxLine);
        int at = 0;
        while (at < available && isMethod(bytes.getByte(start + at))) {
            at++;
        }
        if (at > MAX_METHOD) {
            return Verdict.OTHER;
        }
        if (at == available) {
            return Verdict.INCOMPLETE;
        }
        if (at == 0 || bytes.getByte(start + at) != ' ') {
            return Verdict.OTHER;
        }
        at++;
        if (at < available && bytes.getByte(start + at) != '/') {
            return Verdict.OTHER;
        }
        int end = bytes.indexOf(start + at, start + available, (byte) '\n');
        if (end < 0) {
            return available < maxLine ? Verdict.INCOMPLETE : Verdict.OTHER;
        }
        String line =
                bytes.toString(start, end - start, StandardCharsets.ISO_8859_1).stripTrailing();
        int version = line.length() - 1 - PREFIX.length();
        return version > at
                        && line.startsWith(PREFIX, version)
                        && Character.digit(line.charAt(line.length() - 1), 10) >= 0
                ? Verdict.REQUEST
                : Verdict.OTHER;
    }

    private static boolean isMethod(byte octet) {
        return (octet >= 'A' && octet <= 'Z') || octet == '-';
    }
}
