package dev.gibbon.sidecar.detect;

import dev.gibbon.core.route.FirstBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The body of a ClientHello (RFC 8446 section 4.1.2), as far as routing looks at it. */
final class ClientHello {
    private static final int EXTENSION_SERVER_NAME = 0;
    private static final int EXTENSION_ALPN = 16;
    private static final int HOST_NAME = 0;
    private static final int MAX_HOST_NAME = 255;

    private ClientHello() {}

    /**
     * @param end behind the body's last byte
     * @return null when the bytes are not a ClientHello
     */
    static FirstBytes.@Nullable Tls parse(byte[] bytes, int start, int end) {
        Cursor hello = new Cursor(bytes, start, end);
        hello.skip(2 + 32);
        hello.vector(1);
        Cursor suites = hello.vector(2);
        Cursor compressions = hello.vector(1);
        if (hello.failed || suites.isEmpty() || compressions.isEmpty()) {
            return null;
        }
        if (hello.isEmpty()) {
            return new FirstBytes.Tls(null, List.of());
        }
        Cursor extensions = hello.vector(2);
        String sni = null;
        List<String> alpn = new ArrayList<>();
        while (!extensions.isEmpty()) {
            int type = extensions.number(2);
            Cursor body = extensions.vector(2);
            if (extensions.failed) {
                return null;
            }
            if (type == EXTENSION_SERVER_NAME) {
                sni = hostName(body);
            } else if (type == EXTENSION_ALPN) {
                Cursor names = body.vector(2);
                while (!names.isEmpty()) {
                    alpn.add(names.vector(1).text());
                }
                body.failed |= names.failed;
            }
            if (body.failed) {
                return null;
            }
        }
        return hello.failed || !hello.isEmpty() ? null : new FirstBytes.Tls(sni, alpn);
    }

    /** The host name of RFC 6066 section 3; names that could not be one are as good as none. */
    private static @Nullable String hostName(Cursor body) {
        Cursor names = body.vector(2);
        String found = null;
        while (!names.isEmpty()) {
            int type = names.number(1);
            Cursor name = names.vector(2);
            if (type == HOST_NAME && found == null) {
                found = name.text().toLowerCase(Locale.ROOT);
            }
        }
        body.failed |= names.failed;
        return found == null
                        || found.isEmpty()
                        || found.length() > MAX_HOST_NAME
                        || !found.chars().allMatch(c -> c > 0x20 && c < 0x7f)
                ? null
                : found;
    }

    /**
     * Reads big-endian numbers and length-prefixed vectors; overruns are remembered, not thrown.
     */
    private static final class Cursor {
        private final byte[] bytes;
        private final int end;
        private int at;
        private boolean failed;

        Cursor(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        boolean isEmpty() {
            return failed || at == end;
        }

        void skip(int count) {
            if (end - at < count) {
                failed = true;
            } else {
                at += count;
            }
        }

        int number(int length) {
            if (end - at < length) {
                failed = true;
            }
            int value = 0;
            for (int i = 0; i < length && !failed; i++) {
                value = value << 8 | (bytes[at++] & 0xff);
            }
            return value;
        }

        Cursor vector(int lengthBytes) {
            int length = number(lengthBytes);
            int from = at;
            skip(length);
            return failed ? new Cursor(bytes, at, at) : new Cursor(bytes, from, from + length);
        }

        String text() {
            return new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
        }
    }
}
