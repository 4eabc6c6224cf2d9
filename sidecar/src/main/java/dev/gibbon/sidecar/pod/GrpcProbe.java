package dev.gibbon.sidecar.pod;

import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.status.ApplicationHealth.Answer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * One call of {@code grpc.health.v1.Health/Check} over HTTP/2 without TLS (RFC 9113, the gRPC
 * health checking protocol). It reads only as much of the protocols as tells SERVING from anything
 * else: that is a message, and a failed call has none.
 */
final class GrpcProbe {
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int MAX_FRAME = 16_384;
    private static final int MAX_FRAMES = 1_000;
    private static final int SERVING = 1;

    private final Probe.Grpc probe;
    private final IpPort address;

    GrpcProbe(Probe.Grpc probe, IpPort address) {
        this.probe = probe;
        this.address = address;
    }

    Answer ask(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        first.write(PREFACE);
        frame(first, SETTINGS, 0, 0, new byte[0]);
        frame(first, HEADERS, END_HEADERS, 1, headers());
        frame(first, DATA, END_STREAM, 1, message());
        out.write(first.toByteArray());
        out.flush();
        return answer(new DataInputStream(socket.getInputStream()), out);
    }

    private static Answer answer(DataInputStream in, OutputStream out) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < MAX_FRAMES; i++) {
            int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt() & Integer.MAX_VALUE;
            if (length > MAX_FRAME) {
                throw new IOException("a frame of " + length + " bytes (expected: 16384 at most)");
            }
            byte[] payload = in.readNBytes(length);
            switch (type) {
                case SETTINGS -> {
                    if ((flags & ACK) == 0) {
                        reply(out, SETTINGS, new byte[0]);
                    }
                }
                case PING -> {
                    if ((flags & ACK) == 0) {
                        reply(out, PING, payload);
                    }
                }
                case DATA -> append(body, payload, flags);
                case RST_STREAM, GOAWAY -> throw new IOException("the call was refused");
                default -> {
                    // Header fields, window updates and unknown frames change nothing.
                }
            }
            boolean ended = stream == 1 && (flags & END_STREAM) != 0;
            if (ended && (type == DATA || type == HEADERS)) {
                return serving(body.toByteArray());
            }
        }
        throw new IOException("more frames than a health check has");
    }

    private static void append(ByteArrayOutputStream body, byte[] payload, int flags) {
        boolean padded = (flags & PADDED) != 0 && payload.length > 0;
        int from = padded ? 1 : 0;
        int padding = padded ? payload[0] & 0xff : 0;
        body.write(payload, from, Math.max(0, payload.length - from - padding));
    }

    /** A message: not compressed, its length, and in it field 1, a varint. */
    private static Answer serving(byte[] body) {
        boolean serving = body.length >= 7 && body[0] == 0 && body[5] == 0x08 && body[6] == SERVING;
        return new Answer(serving, serving ? "SERVING" : "not SERVING");
    }

    private static void reply(OutputStream out, int type, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame(frame, type, ACK, 0, payload);
        out.write(frame.toByteArray());
        out.flush();
    }

    private static void frame(
            ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
        int length = payload.length;
        out.write(length >> 16);
        out.write(length >> 8);
        out.write(length);
        out.write(type);
        out.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.write(stream >> shift);
        }
        out.write(payload, 0, length);
    }

    /**
     * HPACK: literals without indexing, names and values not compressed (RFC 7541 section 6.2.2).
     */
    private byte[] headers() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", "POST");
        literal(block, ":scheme", "http");
        literal(block, ":path", "/grpc.health.v1.Health/Check");
        literal(block, ":authority", address.toString());
        literal(block, "content-type", "application/grpc");
        literal(block, "te", "trailers");
        literal(block, "user-agent", "kube-probe/gibbon");
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, String name, String value) {
        out.write(0);
        for (String text : new String[] {name, value}) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            // All of these are shorter than 127: one octet of length.
            out.write(bytes.length);
            out.write(bytes, 0, bytes.length);
        }
    }

    /** A {@code HealthCheckRequest} in a length-prefixed message. */
    private byte[] message() {
        byte[] service = probe.service().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        if (service.length > 0) {
            request.write(0x0a);
            varint(request, service.length);
            request.write(service, 0, service.length);
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(0);
        for (int shift = 24; shift >= 0; shift -= 8) {
            message.write(request.size() >> shift);
        }
        byte[] bytes = request.toByteArray();
        message.write(bytes, 0, bytes.length);
        return message.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int left = value;
        while (left > 0x7f) {
            out.write((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }
}
