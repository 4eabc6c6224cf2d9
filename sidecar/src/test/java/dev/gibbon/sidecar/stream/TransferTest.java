package dev.gibbon.sidecar.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.sidecar.epoll.EpollLoops;
import dev.gibbon.sidecar.telemetry.AccessRecord;
import dev.gibbon.sidecar.testing.MeshPair;
import dev.gibbon.sidecar.testing.TestApp;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TransferTest {
    private static final long MIB = 1024 * 1024;
    private static EventLoopGroup loops;

    private MeshPair pair;

    @BeforeAll
    static void startLoops() {
        loops = EpollLoops.start(2);
    }

    @AfterAll
    static void stopLoops() {
        assertThat(loops.shutdownGracefully()).isNotNull();
    }

    @BeforeEach
    void startPair() {
        pair = new MeshPair(loops);
    }

    @AfterEach
    void stopPair() {
        pair.close();
    }

    private void connectTo(TestApp app, boolean mesh) {
        if (mesh) {
            pair.registered(app.address());
        } else {
            pair.plain(app.address());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends so many pseudo-random bytes and half-closes; gives their SHA-256. */
    private static String send(Socket socket, long length, long seed) throws IOException {
        MessageDigest digest = sha256();
        Random random = new Random(seed);
        byte[] block = new byte[64 * 1024];
        random.nextBytes(block);
        OutputStream out = socket.getOutputStream();
        for (long sent = 0; sent < length; sent += block.length) {
            block[(int) (sent % block.length)]++;
            block[random.nextInt(block.length)]++;
            int part = (int) Math.min(block.length, length - sent);
            digest.update(block, 0, part);
            out.write(block, 0, part);
        }
        socket.shutdownOutput();
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Reads to the end; gives the SHA-256. */
    private static String receive(Socket socket) throws IOException {
        MessageDigest digest = sha256();
        byte[] block = new byte[64 * 1024];
        InputStream in = socket.getInputStream();
        for (int length = in.read(block); length >= 0; length = in.read(block)) {
            digest.update(block, 0, length);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private void bothWaysAtOnce(long length, boolean mesh) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            TestApp[] self = new TestApp[1];
            try (TestApp app =
                    self[0] =
                            new TestApp(socket -> {
                                Future<String> sent = threads.submit(() -> send(socket, length, 2));
                                self[0].report(receive(socket));
                                self[0].report(sent.get());
                            })) {
                connectTo(app, mesh);
                try (Socket client = pair.connect()) {
                    Future<String> sent = threads.submit(() -> send(client, length, 1));
                    String received = receive(client);

                    assertThat(app.result()).isEqualTo(sent.get());
                    assertThat(app.result()).isEqualTo(received);
                }
                AccessRecord near = pair.a.telemetry.next();
                assertThat(near.reason()).isEqualTo(CloseReason.FINISHED);
                assertThat(near.received()).isEqualTo(length);
                assertThat(near.sent()).isEqualTo(length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bytesAreExactInBothDirectionsAtOnce(boolean mesh) throws Exception {
        bothWaysAtOnce(64 * MIB, mesh);
    }

    @Test
    @Tag("slow")
    void gibibyteIsExactInBothDirectionsAtOnce() throws Exception {
        bothWaysAtOnce(1024 * MIB, true);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slowReaderGetsEverythingAndTheSidecarsHoldLittle(boolean mesh) throws Exception {
        AtomicLong written = new AtomicLong();
        byte[] block = new byte[64 * 1024];
        int blocks = 1024;
        try (TestApp app =
                new TestApp(socket -> {
                    for (int i = 0; i < blocks; i++) {
                        socket.getOutputStream().write(block);
                        written.addAndGet(block.length);
                    }
                })) {
            connectTo(app, mesh);
            try (Socket client = new Socket()) {
                client.setReceiveBufferSize(16 * 1024);
                client.connect(pair.listenerA.toSocketAddress());
                client.setSoTimeout(20_000);
                assertThat(client.getInputStream().read()).isZero();

                long stalledAt = valueAtRest(written);
                // The kernel's buffers of three connections and the sidecars' own.
                assertThat(stalledAt).isLessThan(40 * MIB);
                assertThat(client.getInputStream().readAllBytes())
                        .hasSize(blocks * block.length - 1);
            }
            assertThat(pair.a.telemetry.next().sent()).isEqualTo((long) blocks * block.length);
        }
    }

    /** The value once it has not changed for half a second. */
    private static long valueAtRest(AtomicLong value) {
        long seen = -1;
        long since = System.nanoTime();
        while (System.nanoTime() - since < TimeUnit.MILLISECONDS.toNanos(500)) {
            if (value.get() != seen) {
                seen = value.get();
                since = System.nanoTime();
            }
            Thread.onSpinWait();
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void singleByteSegmentsArriveInOrder(boolean mesh) throws Exception {
        byte[] expected = new byte[2_000];
        new Random(3).nextBytes(expected);
        TestApp[] self = new TestApp[1];
        try (TestApp app =
                self[0] =
                        new TestApp(
                                socket -> self[0].report(socket.getInputStream().readAllBytes()))) {
            connectTo(app, mesh);
            try (Socket client = pair.connect()) {
                client.setTcpNoDelay(true);
                for (byte b : expected) {
                    client.getOutputStream().write(b);
                }
                client.shutdownOutput();
                assertThat((byte[]) app.result()).isEqualTo(expected);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thousandShortConnectionsAllSucceed(boolean mesh) throws Exception {
        int count = 1_000;
        try (TestApp app =
                        new TestApp(socket -> {
                            byte[] request = socket.getInputStream().readNBytes(100);
                            socket.getOutputStream().write(request);
                        });
                ExecutorService threads = Executors.newFixedThreadPool(20)) {
            connectTo(app, mesh);
            byte[] request = new byte[100];
            Arrays.fill(request, (byte) 'r');
            var answers =
                    java.util.stream.IntStream.range(0, count)
                            .mapToObj(i ->
                                    threads.submit(() -> {
                                        try (Socket client = pair.connect()) {
                                            client.getOutputStream().write(request);
                                            return client.getInputStream().readAllBytes();
                                        }
                                    }))
                            .toList();
            for (Future<byte[]> answer : answers) {
                assertThat(answer.get()).isEqualTo(request);
            }
            for (int i = 0; i < count; i++) {
                assertThat(pair.a.telemetry.next().sent()).isEqualTo(100);
                assertThat(pair.b.telemetry.next().sent()).isEqualTo(100);
            }
        }
    }
}
