package dev.gibbon.cli.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/** As much of HTTP/1.1 as the tests speak themselves. */
final class Http {
    private Http() {}

    /** A message without its framing. */
    @SuppressWarnings("ArrayRecordComponent") // Answers are looked into, never compared.
    record Answer(int status, String head, byte[] body) {}

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    static void chunk(OutputStream out, byte[] bytes, int from, int length) throws IOException {
        if (length > 0) {
            write(out, Integer.toHexString(length) + "\r\n");
            out.write(bytes, from, length);
            write(out, "\r\n");
        }
    }

    /** Up to the empty line; empty when the peer has ended before. */
    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int one = in.read();
            if (one < 0) {
                if (head.isEmpty()) {
                    return "";
                }
                throw new EOFException("end within a head: " + head);
            }
            head.append((char) one);
        }
        return head.toString();
    }

    /** The value of a field, by its name in lower case. */
    static Optional<String> field(String head, String name) {
        return head.lines()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    /** The body that a head announces; none when it announces none. */
    static byte[] body(String head, InputStream in) throws IOException {
        if (field(head, "transfer-encoding").isEmpty()) {
            int length = field(head, "content-length").map(Integer::parseInt).orElse(0);
            byte[] body = in.readNBytes(length);
            if (body.length != length) {
                throw new EOFException("end within a body of " + length);
            }
            return body;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
            body.write(in.readNBytes(size));
            line(in);
        }
        while (!line(in).isEmpty()) {
            // Trailers.
        }
        return body.toByteArray();
    }

    private static int chunkSize(InputStream in) throws IOException {
        return Integer.parseInt(line(in), 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int one = in.read(); one != '\n'; one = in.read()) {
            if (one < 0) {
                throw new EOFException("end within a line");
            }
            line.append((char) one);
        }
        return line.toString().strip();
    }

    /** Reads one answer; one that only its connection's end delimits is read to the end. */
    static Answer answer(InputStream in) throws IOException {
        String head = head(in);
        if (head.isEmpty()) {
            throw new EOFException("end instead of an answer");
        }
        int status = Integer.parseInt(head.substring(9, 12));
        boolean framed =
                field(head, "content-length").isPresent()
                        || field(head, "transfer-encoding").isPresent();
        byte[] body;
        if (status < 200) {
            body = new byte[0];
        } else {
            body = framed ? body(head, in) : in.readAllBytes();
        }
        return new Answer(status, head, body);
    }
}
