package dev.gibbon.sidecar.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** A raw connection: writes and reads exactly what it is told. Text is ISO-8859-1. */
final class Wire implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final AtomicInteger seen;

    Wire(Socket socket, AtomicInteger seen) throws IOException {
        this.socket = socket;
        this.seen = seen;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    static Wire to(int port) throws IOException {
        return new Wire(new Socket(InetAddress.getLoopbackAddress(), port), new AtomicInteger());
    }

    Socket socket() {
        return socket;
    }

    Wire write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    int read() throws IOException {
        int b = in.read();
        if (b >= 0) {
            seen.incrementAndGet();
        }
        return b;
    }

    int read(byte[] block) throws IOException {
        int length = in.read(block);
        if (length < 0) {
            throw new java.io.EOFException("the input ended");
        }
        seen.addAndGet(length);
        return length;
    }

    /** The next head with its empty line; what there is of it when the input ends. */
    String readHead() throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < 4 || !text.substring(text.length() - 4).equals("\r\n\r\n")) {
            int b = read();
            if (b < 0) {
                return text.toString();
            }
            text.append((char) b);
        }
        return text.toString();
    }

    String read(int length) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int b = read();
            if (b < 0) {
                return text.toString();
            }
            text.append((char) b);
        }
        return text.toString();
    }

    /** The body that this head announces, in its framing. */
    String readBody(String head) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
            StringBuilder text = new StringBuilder();
            while (true) {
                String size = readLine();
                text.append(size);
                int length = Integer.parseInt(size.strip(), 16);
                if (length == 0) {
                    String line;
                    do {
                        line = readLine();
                        text.append(line);
                    } while (line.length() > 2);
                    return text.toString();
                }
                text.append(read(length + 2));
            }
        }
        int at = lower.indexOf("\r\ncontent-length: ");
        if (at < 0) {
            return "";
        }
        int end = lower.indexOf("\r\n", at + 2);
        return read(Integer.parseInt(lower.substring(at + 18, end)));
    }

    String readLine() throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            int b = read();
            if (b < 0) {
                return text.toString();
            }
            text.append((char) b);
            if (b == '\n') {
                return text.toString();
            }
        }
    }

    /** A head and the body that it announces. */
    String readMessage() throws IOException {
        String head = readHead();
        return head + readBody(head);
    }

    String readToEnd() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            for (int b = read(); b >= 0; b = read()) {
                out.write(b);
            }
        } catch (java.net.SocketException e) {
            out.writeBytes("<reset>".getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
