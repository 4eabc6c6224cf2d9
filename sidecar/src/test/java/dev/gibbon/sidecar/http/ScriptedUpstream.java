package dev.gibbon.sidecar.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server whose connections are each served by a script over the raw socket. */
final class ScriptedUpstream implements AutoCloseable {

    /** What to do with one connection; it is closed afterwards. */
    interface Script {
        void serve(Wire wire) throws IOException, InterruptedException;
    }

    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger bytesSeen = new AtomicInteger();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ServerSocket server;

    ScriptedUpstream(Script script) throws IOException {
        server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        Thread.ofVirtual()
                .start(() -> {
                    while (!server.isClosed()) {
                        try {
                            Socket socket = server.accept();
                            connections.incrementAndGet();
                            sockets.add(socket);
                            Thread.ofVirtual().start(() -> run(script, socket));
                        } catch (IOException e) {
                            return;
                        }
                    }
                });
    }

    /** Answers every request with its own head and body as it came, in a fixed-length body. */
    static ScriptedUpstream echo() throws IOException {
        return new ScriptedUpstream(wire -> {
            while (true) {
                String head = wire.readHead();
                if (head.isEmpty()) {
                    return;
                }
                String body = wire.readBody(head);
                String text = head + body;
                wire.write(
                        "HTTP/1.1 200 OK\r\nContent-Length: "
                                + text.length()
                                + "\r\n\r\n"
                                + (head.startsWith("HEAD ") ? "" : text));
            }
        });
    }

    private void run(Script script, Socket socket) {
        try (socket;
                Wire wire = new Wire(socket, bytesSeen)) {
            script.serve(wire);
        } catch (IOException e) {
            // The other side went away: what it saw is what the test looks at.
        } catch (InterruptedException | RuntimeException | AssertionError e) {
            failures.add(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
