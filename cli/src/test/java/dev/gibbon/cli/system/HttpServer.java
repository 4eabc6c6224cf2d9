package dev.gibbon.cli.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Service B for HTTP/1.1, which keeps what it has seen. {@code /chunked} answers in chunks, a
 * WebSocket is an echo; all else is answered with the request's body.
 */
final class HttpServer implements AutoCloseable {
    private static final String SWITCHING =
            String.join(
                    "\r\n",
                    "HTTP/1.1 101 Switching Protocols",
                    "Connection: upgrade",
                    "Upgrade: websocket",
                    "",
                    "");

    private final StreamServer server;
    private final List<String> heads = new CopyOnWriteArrayList<>();

    private HttpServer(int port) throws Exception {
        server =
                port == TestMesh.HTTPS
                        ? StreamServer.withTls(port, this::serve)
                        : StreamServer.on(port, this::serve);
    }

    static HttpServer on(int port) throws Exception {
        return new HttpServer(port);
    }

    private void serve(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        for (String head = Http.head(in); !head.isEmpty(); head = Http.head(in)) {
            heads.add(head);
            if (Http.field(head, "upgrade").isPresent()) {
                Http.write(out, SWITCHING);
                RandomBytes.echo(in, out);
                return;
            }
            if (Http.field(head, "expect").isPresent()) {
                Http.write(out, "HTTP/1.1 100 Continue\r\n\r\n");
            }
            answer(head, Http.body(head, in), out);
        }
    }

    private static void answer(String head, byte[] body, OutputStream out) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        if (head.toLowerCase(Locale.ROOT).contains(" /chunked ")) {
            Http.write(answer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            int half = body.length / 2;
            Http.chunk(answer, body, 0, half);
            Http.chunk(answer, body, half, body.length - half);
            Http.write(answer, "0\r\n\r\n");
        } else {
            Http.write(answer, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
            answer.write(body);
        }
        out.write(answer.toByteArray());
        out.flush();
    }

    /** The heads of all requests so far. */
    List<String> heads() {
        return heads;
    }

    /** How many connections there have been. */
    int accepted() {
        return server.accepted();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
