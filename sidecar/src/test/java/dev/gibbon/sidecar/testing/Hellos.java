package dev.gibbon.sidecar.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes ClientHellos, byte by byte. */
public final class Hellos {
    private Hellos() {}

    /** The handshake message, without record headers. */
    public static byte[] handshake(@Nullable String sni, List<String> alpn, int padding) {
        ByteArrayOutputStream extensions = new ByteArrayOutputStream();
        if (sni != null) {
            byte[] name = sni.getBytes(StandardCharsets.ISO_8859_1);
            number(extensions, 0, 2);
            number(extensions, name.length + 5, 2);
            number(extensions, name.length + 3, 2);
            number(extensions, 0, 1);
            number(extensions, name.length, 2);
            extensions.writeBytes(name);
        }
        if (!alpn.isEmpty()) {
            ByteArrayOutputStream names = new ByteArrayOutputStream();
            for (String protocol : alpn) {
                number(names, protocol.length(), 1);
                names.writeBytes(protocol.getBytes(StandardCharsets.ISO_8859_1));
            }
            number(extensions, 16, 2);
            number(extensions, names.size() + 2, 2);
            number(extensions, names.size(), 2);
            extensions.writeBytes(names.toByteArray());
        }
        number(extensions, 21, 2);
        number(extensions, padding, 2);
        extensions.writeBytes(new byte[padding]);

        ByteArrayOutputStream body = new ByteArrayOutputStream();
        number(body, 0x0303, 2);
        body.writeBytes(new byte[32]);
        number(body, 0, 1);
        number(body, 2, 2);
        number(body, 0x1301, 2);
        number(body, 1, 1);
        number(body, 0, 1);
        number(body, extensions.size(), 2);
        body.writeBytes(extensions.toByteArray());

        ByteArrayOutputStream message = new ByteArrayOutputStream();
        number(message, 1, 1);
        number(message, body.size(), 3);
        message.writeBytes(body.toByteArray());
        return message.toByteArray();
    }

    /** Splits a handshake message into records of at most this many bytes. */
    public static byte[] records(byte[] handshake, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < handshake.length; at += length) {
            int part = Math.min(length, handshake.length - at);
            number(out, 22, 1);
            number(out, 0x0301, 2);
            number(out, part, 2);
            out.write(handshake, at, part);
        }
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write(value >> (8 * i));
        }
    }
}
