package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes in at one end comes out at the other, however it is sent. */
@Tag("netns")
final class ExactBytesTest {
    private static final long MEBIBYTE = 1024 * 1024;

    @RegisterExtension static final TestMesh MESH = TestMesh.declared();

    @Test
    void bothDirectionsAtOnceAreExact() throws Exception {
        ExactBytes.bothDirections(TestMesh.TCP, 64 * MEBIBYTE);
    }

    @Test
    void bothDirectionsOfTlsAreExact() throws Exception {
        ExactBytes.bothDirections(TestMesh.TLS, 16 * MEBIBYTE);
    }

    @Test
    void shortConnectionsAreExact() throws Exception {
        ExactBytes.shortConnections(2_000);
    }

    @Test
    void clientThatEndsFirstStillHearsTheServer() throws Exception {
        try (StreamServer server =
                        StreamServer.on(
                                TestMesh.TCP,
                                socket -> {
                                    RandomBytes.receive(socket.getInputStream());
                                    RandomBytes.send(socket.getOutputStream(), 7, MEBIBYTE);
                                });
                Socket client = Dial.tcp(TestMesh.TCP)) {
            RandomBytes.send(client.getOutputStream(), 8, MEBIBYTE);
            client.shutdownOutput();
            assertThat(RandomBytes.receive(client.getInputStream()))
                    .isEqualTo(RandomBytes.send(OutputStream.nullOutputStream(), 7, MEBIBYTE));
            assertThat(server.failures()).isEmpty();
        }
    }

    @Test
    void serverThatEndsFirstStillHearsTheClient() throws Exception {
        CompletableFuture<RandomBytes.Sum> seen = new CompletableFuture<>();
        try (StreamServer server =
                        StreamServer.on(
                                TestMesh.TCP,
                                socket -> {
                                    socket.shutdownOutput();
                                    seen.complete(RandomBytes.receive(socket.getInputStream()));
                                });
                Socket client = Dial.tcp(TestMesh.TCP)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            RandomBytes.Sum sent = RandomBytes.send(client.getOutputStream(), 9, MEBIBYTE);
            client.shutdownOutput();
            assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo(sent);
            assertThat(server.failures()).isEmpty();
        }
    }

    @Test
    void resetOfTheClientReachesTheServer() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        try (StreamServer server =
                StreamServer.on(
                        TestMesh.TCP,
                        socket -> {
                            socket.getOutputStream().write(1);
                            try {
                                RandomBytes.receive(socket.getInputStream());
                                seen.complete(new IOException("an orderly end"));
                            } catch (IOException e) {
                                seen.complete(e);
                            }
                        })) {
            try (Socket client = Dial.tcp(TestMesh.TCP)) {
                client.getOutputStream().write(1);
                assertThat(client.getInputStream().read()).isEqualTo(1);
                client.setSoLinger(true, 0);
            }
            assertThat(seen.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(server.failures()).isEmpty();
        }
    }

    @Test
    void resetOfTheServerReachesTheClient() throws Exception {
        try (StreamServer server =
                        StreamServer.on(
                                TestMesh.TCP,
                                socket -> {
                                    socket.getInputStream().read();
                                    socket.setSoLinger(true, 0);
                                });
                Socket client = Dial.tcp(TestMesh.TCP)) {
            client.getOutputStream().write(1);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(server.failures()).isEmpty();
        }
    }

    @Test
    void refusalReachesTheClientAsAReset() throws Exception {
        // Nothing listens on the port now.
        assertThatThrownBy(
                        () -> {
                            try (Socket client = Dial.tcp(TestMesh.TCP)) {
                                client.getInputStream().read();
                            }
                        })
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void slowReadersHoldTheSenderAndNotTheMemory() throws Exception {
        int readers = 20;
        long size = 16 * MEBIBYTE;
        AtomicLong sent = new AtomicLong();
        long beforeA = MESH.a().residentBytes();
        long beforeB = MESH.b().residentBytes();
        try (StreamServer server =
                StreamServer.on(
                        TestMesh.TCP,
                        socket ->
                                RandomBytes.send(
                                        new Counting(socket.getOutputStream(), sent), 5, size))) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                clients.add(Dial.tcp(TestMesh.TCP));
            }
            awaitStandstill(sent);
            long held = sent.get();
            long growthA = MESH.a().residentBytes() - beforeA;
            long growthB = MESH.b().residentBytes() - beforeB;
            Figures.print(
                    readers + " readers that do not read",
                    "%s of %s sent; sidecar A %s, B %s; grown by %s and %s"
                            .formatted(
                                    Figures.mebibytes(held),
                                    Figures.mebibytes(readers * size),
                                    Figures.mebibytes(beforeA + growthA),
                                    Figures.mebibytes(beforeB + growthB),
                                    Figures.mebibytes(growthA),
                                    Figures.mebibytes(growthB)));
            assertThat(held).isLessThan(readers * size);
            assertThat(growthA).isLessThan(96 * MEBIBYTE);
            assertThat(growthB).isLessThan(96 * MEBIBYTE);

            RandomBytes.Sum whole = RandomBytes.send(OutputStream.nullOutputStream(), 5, size);
            for (Socket client : clients) {
                assertThat(RandomBytes.receive(client.getInputStream())).isEqualTo(whole);
                client.close();
            }
            assertThat(server.failures()).isEmpty();
        }
    }

    /** Until nothing more has been taken for a while. */
    private static void awaitStandstill(AtomicLong sent) throws Exception {
        long[] last = {-1, System.nanoTime()};
        Until.holds(
                "the senders stand still",
                () -> {
                    if (sent.get() != last[0]) {
                        last[0] = sent.get();
                        last[1] = System.nanoTime();
                    }
                    return last[0] > 0 && System.nanoTime() - last[1] > 1_000_000_000L;
                });
    }

    @Test
    void singleBytesArriveOneByOne() throws Exception {
        try (StreamServer server = echo();
                Socket client = Dial.tcp(TestMesh.TCP)) {
            for (byte one : RandomBytes.of(3, 2_000)) {
                client.getOutputStream().write(one);
                assertThat((byte) client.getInputStream().read()).isEqualTo(one);
            }
            assertThat(server.failures()).isEmpty();
        }
    }

    @Test
    void singleBytesWithoutWaitingAreExact() throws Exception {
        try (StreamServer server = echo();
                Socket client = Dial.tcp(TestMesh.TCP)) {
            byte[] bytes = RandomBytes.of(4, 5_000);
            for (byte one : bytes) {
                client.getOutputStream().write(one);
            }
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes);
            assertThat(server.failures()).isEmpty();
        }
    }

    @Test
    void clientHelloInSegmentsOfOneByteIsUnderstood() throws Exception {
        try (StreamServer server =
                        StreamServer.withTls(
                                TestMesh.TLS,
                                socket ->
                                        RandomBytes.echo(
                                                socket.getInputStream(),
                                                socket.getOutputStream()));
                Socket slow = Dial.connected(new Trickling(), TestMesh.CLIENT, TestMesh.TLS);
                Socket client = Dial.tls(slow, TestMesh.TLS)) {
            RandomBytes.exchange(
                    client.getInputStream(), client.getOutputStream(), RandomBytes.of(6, 1_000));
            assertThat(server.failures()).isEmpty();
        }
    }

    private static StreamServer echo() throws IOException {
        return StreamServer.on(
                TestMesh.TCP,
                socket -> RandomBytes.echo(socket.getInputStream(), socket.getOutputStream()));
    }

    /** Sends each byte in a segment of its own. */
    private static final class Trickling extends Socket {
        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream whole = super.getOutputStream();
            return new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    whole.write(one);
                    whole.flush();
                }
            };
        }
    }

    private static final class Counting extends FilterOutputStream {
        private final AtomicLong count;

        Counting(OutputStream out, AtomicLong count) {
            super(out);
            this.count = count;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            count.addAndGet(length);
        }
    }
}
