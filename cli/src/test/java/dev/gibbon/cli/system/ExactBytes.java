package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/** Transfers through both sidecars that compare each byte, at sizes that the tests choose. */
final class ExactBytes {
    private ExactBytes() {}

    /**
     * Both ends send and receive at the same time; neither half-closes before it has everything.
     */
    static void bothDirections(int port, long size) throws Exception {
        CompletableFuture<RandomBytes.Sum> sentByServer = new CompletableFuture<>();
        CompletableFuture<RandomBytes.Sum> seenByServer = new CompletableFuture<>();
        try (StreamServer server =
                        server(port, socket -> both(socket, 2, size, sentByServer, seenByServer));
                Socket client = client(port)) {
            long begin = System.nanoTime();
            CompletableFuture<RandomBytes.Sum> sent = new CompletableFuture<>();
            CompletableFuture<RandomBytes.Sum> seen = new CompletableFuture<>();
            both(client, 1, size, sent, seen);
            double seconds = (System.nanoTime() - begin) / 1e9;
            assertThat(server.failures()).isEmpty();
            assertThat(seenByServer.get()).isEqualTo(sent.get());
            assertThat(seen.get()).isEqualTo(sentByServer.get());
            Figures.print(
                    Figures.mebibytes(size) + " in each direction on port " + port,
                    "%.0f MiB/s in total".formatted(2.0 * size / (1024 * 1024) / seconds));
        }
    }

    private static StreamServer server(int port, StreamServer.Behaviour behaviour)
            throws Exception {
        return port == TestMesh.TLS
                ? StreamServer.withTls(port, behaviour)
                : StreamServer.on(port, behaviour);
    }

    private static Socket client(int port) throws Exception {
        return port == TestMesh.TLS ? Dial.tls(port) : Dial.tcp(port);
    }

    private static void both(
            Socket socket,
            long seed,
            long size,
            CompletableFuture<RandomBytes.Sum> sent,
            CompletableFuture<RandomBytes.Sum> seen)
            throws Exception {
        FutureTask<Void> sending =
                new FutureTask<>(() -> {
                    sent.complete(RandomBytes.send(socket.getOutputStream(), seed, size));
                    return null;
                });
        Thread.ofPlatform().daemon().start(sending);
        seen.complete(RandomBytes.receive(socket.getInputStream(), size));
        sending.get();
        socket.shutdownOutput();
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    /** Many connections, sixteen at a time, each with a few bytes there and back. */
    static void shortConnections(int count) throws Exception {
        int clients = 16;
        AtomicInteger next = new AtomicInteger();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (StreamServer server =
                StreamServer.on(
                        TestMesh.TCP,
                        socket ->
                                RandomBytes.echo(
                                        socket.getInputStream(), socket.getOutputStream()))) {
            long begin = System.nanoTime();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                threads.add(
                        Thread.ofPlatform()
                                .daemon()
                                .start(() -> {
                                    for (int n = next.getAndIncrement();
                                            n < count;
                                            n = next.getAndIncrement()) {
                                        try {
                                            shortConnection(n);
                                        } catch (IOException e) {
                                            failures.add(e);
                                        }
                                    }
                                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            assertThat(failures).isEmpty();
            assertThat(server.failures()).isEmpty();
            assertThat(server.accepted()).isEqualTo(count);
            Until.holds("all connections have ended", () -> server.open() == 0);
            Figures.print(count + " short connections", "%.0f a second".formatted(count / seconds));
        }
    }

    private static void shortConnection(int seed) throws IOException {
        byte[] bytes = RandomBytes.of(seed, 1 + seed % 300);
        try (Socket socket = Dial.tcp(TestMesh.TCP)) {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            byte[] back = socket.getInputStream().readAllBytes();
            if (!Arrays.equals(back, bytes)) {
                throw new IOException("sent " + bytes.length + " bytes, got " + back.length);
            }
        }
    }
}
