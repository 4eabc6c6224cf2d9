package dev.gibbon.sidecar.detect;

import dev.gibbon.core.route.FirstBytes;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Tells a TLS ClientHello from anything else. As Kong 1.1 does ({@code
 * kong/templates/nginx_kong_stream.lua@1.1.0}, ssl_preread), a handshake that is not a ClientHello
 * or does not parse is plain; unlike it, the first byte already decides when it is not that of a
 * handshake record.
 */
public final class FirstBytesDetector {
    /** A ClientHello that is longer is not looked at: 16 KiB. */
    static final int MAX_HANDSHAKE = 16 * 1024;

    /** The most that is ever looked at: {@link #MAX_HANDSHAKE} and one record more. */
    public static final int MAX_BYTES = MAX_HANDSHAKE + 5 + 16 * 1024;

    private static final int RECORD_HEADER = 5;
    private static final int HANDSHAKE_HEADER = 4;
    private static final int TYPE_HANDSHAKE = 22;
    private static final int TYPE_CLIENT_HELLO = 1;
    // RFC 8446 section 5.1 allows 2^14; some senders add the expansion that section 5.2 allows.
    private static final int MAX_RECORD = 16 * 1024 + 256;

    private FirstBytesDetector() {}

    /**
     * Classifies. Neither index of the buffer changes, and it is not retained.
     *
     * @param bytes all that the client has sent so far
     * @return {@link FirstBytes.Unknown} when more is needed
     */
    public static FirstBytes detect(ByteBuf bytes) {
        int start = bytes.readerIndex();
        int available = bytes.readableBytes();
        int at = 0;
        int collected = 0;
        int expected = -1;
        byte[] handshake = new byte[0];
        while (true) {
            int record = recordLength(bytes, start + at, available - at);
            if (record < 0) {
                return record == INCOMPLETE && available < MAX_BYTES
                        ? new FirstBytes.Unknown()
                        : new FirstBytes.Plain();
            }
            int present = Math.min(record, available - at - RECORD_HEADER);
            if (collected == 0 && present > 0) {
                if (bytes.getByte(start + at + RECORD_HEADER) != TYPE_CLIENT_HELLO) {
                    return new FirstBytes.Plain();
                }
            }
            if (present < record) {
                return available < MAX_BYTES ? new FirstBytes.Unknown() : new FirstBytes.Plain();
            }
            if (handshake.length < collected + record) {
                handshake = Arrays.copyOf(handshake, collected + record);
            }
            bytes.getBytes(start + at + RECORD_HEADER, handshake, collected, record);
            collected += record;
            at += RECORD_HEADER + record;
            if (expected < 0 && collected >= HANDSHAKE_HEADER) {
                expected =
                        HANDSHAKE_HEADER
                                + ((handshake[1] & 0xff) << 16
                                        | (handshake[2] & 0xff) << 8
                                        | (handshake[3] & 0xff));
                if (expected > MAX_HANDSHAKE) {
                    return new FirstBytes.Plain();
                }
            }
            if (expected >= 0 && collected >= expected) {
                FirstBytes.Tls hello = ClientHello.parse(handshake, HANDSHAKE_HEADER, expected);
                return hello == null ? new FirstBytes.Plain() : hello;
            }
        }
    }

    private static final int INCOMPLETE = -1;
    private static final int NOT_TLS = -2;

    /** The payload length of the record that starts here, or why there is none. */
    private static int recordLength(ByteBuf bytes, int index, int available) {
        if (available >= 1 && bytes.getByte(index) != TYPE_HANDSHAKE) {
            return NOT_TLS;
        }
        if (available >= 2 && bytes.getByte(index + 1) != 3) {
            return NOT_TLS;
        }
        if (available < RECORD_HEADER) {
            return INCOMPLETE;
        }
        int length = bytes.getUnsignedShort(index + 3);
        // RFC 8446 section 5.1: no zero-length fragments of handshake messages.
        return length == 0 || length > MAX_RECORD ? NOT_TLS : length;
    }
}
