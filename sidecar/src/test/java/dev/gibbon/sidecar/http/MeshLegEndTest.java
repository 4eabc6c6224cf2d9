package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.Decider;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.StreamDecision;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.sidecar.epoll.EpollLoops;
import dev.gibbon.sidecar.leg.LegFrames;
import dev.gibbon.sidecar.testing.MeshPair;
import dev.gibbon.sidecar.testing.TestApp;
import dev.gibbon.sidecar.upstream.DialRequest;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the far sidecar records of a mesh leg that carried HTTP and is not kept any longer. */
@Timeout(60)
class MeshLegEndTest {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);
    private static final PoolKey KEY =
            new PoolKey("b", 80, Protocol.HTTP, null, null, null, null, null);

    private static EventLoopGroup loops;

    private final UpstreamPool pool = new UpstreamPool();
    private MeshPair pair;
    private EventLoop loop;

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
        loop = loops.next();
    }

    @AfterEach
    void stopPair() {
        pair.close();
    }

    /** Tells the test when the answer is complete. */
    private static final class Receiver implements UpstreamLink.Receiver {
        final CompletableFuture<String> end = new CompletableFuture<>();

        @Override
        public void answered(ResponseHead head) {}

        @Override
        public void answerPiece(ByteBuf piece) {
            piece.release();
        }

        @Override
        public void answerEnd(Fields trailers) {
            end.complete("answered");
        }

        @Override
        public void upstreamFailed(CloseReason reason, String detail) {
            end.complete(reason + ": " + detail);
        }

        @Override
        public void upstreamWritabilityChanged() {}

        @Override
        public void upstreamReadComplete() {}
    }

    private static void readRequest(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        int newlines = 0;
        while (newlines < 2) {
            int read = in.read();
            if (read < 0) {
                throw new IOException("no request");
            }
            newlines = read == '\n' ? newlines + 1 : read == '\r' ? newlines : 0;
        }
    }

    private static ByteBuf request() {
        return Unpooled.copiedBuffer(
                "GET / HTTP/1.1\r\nHost: b\r\n\r\n", StandardCharsets.US_ASCII);
    }

    /** A mesh leg from A to B, over which one request was answered. */
    private UpstreamLink usedLeg(TestApp app) throws Exception {
        pair.registered(app.address());
        Decider decider = pair.a.decider.get();
        IpPort client = IpPort.parse("127.0.0.2:40000").orElseThrow();
        Arrival arrival = new Arrival(client, pair.listenerA, pair.listenerA, false);
        Upstream upstream =
                ((StreamDecision.Forward) decider.stream(arrival, new FirstBytes.Plain()))
                        .upstream();
        LegHeader leg =
                new LegHeader(
                        client, pair.listenerA, Protocol.HTTP, Protocol.TCP, null, null, null);
        UpstreamConnection connection =
                pair.a
                        .path
                        .connector()
                        .connect(loop, new DialRequest(decider, upstream, leg))
                        .get(20, TimeUnit.SECONDS);
        Receiver receiver = new Receiver();
        UpstreamLink link =
                loop.submit(() -> new UpstreamLink(connection, 8 * 1024)).get(20, TimeUnit.SECONDS);
        loop.submit(() -> link.begin(receiver, "GET")).get(20, TimeUnit.SECONDS);
        connection.channel().writeAndFlush(request()).sync();
        assertThat(receiver.end.get(20, TimeUnit.SECONDS)).isEqualTo("answered");
        return link;
    }

    @Test
    void idleLegThatThisSideDoesNotKeepHasFinished() throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    readRequest(socket);
                    socket.getOutputStream().write(ANSWER);
                    assertThat(socket.getInputStream().readAllBytes()).isEmpty();
                })) {
            UpstreamLink link = usedLeg(app);

            loop.submit(
                            () -> {
                                link.release(pool, KEY);
                                pool.clear();
                            })
                    .get(20, TimeUnit.SECONDS);

            assertThat(pair.b.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(link.channel().closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(app.failures()).isEmpty();
        }
    }

    @Test
    void idleLegThatTheApplicationDoesNotKeepHasFinished() throws Exception {
        CompletableFuture<Void> pooled = new CompletableFuture<>();
        try (TestApp app =
                new TestApp(socket -> {
                    readRequest(socket);
                    socket.getOutputStream().write(ANSWER);
                    pooled.get(20, TimeUnit.SECONDS);
                })) {
            UpstreamLink link = usedLeg(app);

            loop.submit(() -> link.release(pool, KEY)).get(20, TimeUnit.SECONDS);
            pooled.complete(null);

            assertThat(pair.b.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(link.channel().closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(loop.submit(() -> pool.take(KEY) == null).get(20, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void idleLegEndsAtOnceWhenTheFarSidecarStops() throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    readRequest(socket);
                    socket.getOutputStream().write(ANSWER);
                    assertThat(socket.getInputStream().readAllBytes()).isEmpty();
                })) {
            UpstreamLink link = usedLeg(app);
            loop.submit(() -> link.release(pool, KEY)).get(20, TimeUnit.SECONDS);

            pair.b.path.drain(Duration.ofSeconds(40));

            assertThat(pair.b.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(link.channel().closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(loop.submit(pool::size).get(20, TimeUnit.SECONDS)).isZero();
            assertThat(app.failures()).isEmpty();
        }
    }

    @Test
    void requestUnderWayIsAnsweredThoughTheFarSidecarStopsAndItsLegIsNotKept() throws Exception {
        CompletableFuture<Void> stopping = new CompletableFuture<>();
        try (TestApp app =
                new TestApp(socket -> {
                    readRequest(socket);
                    socket.getOutputStream().write(ANSWER);
                    readRequest(socket);
                    stopping.get(20, TimeUnit.SECONDS);
                    socket.getOutputStream().write(ANSWER);
                    assertThat(socket.getInputStream().readAllBytes()).isEmpty();
                })) {
            UpstreamLink link = usedLeg(app);
            CompletableFuture<Object> told = new CompletableFuture<>();
            link.channel().pipeline().addLast(new EventProbe(told));
            Receiver receiver = new Receiver();
            loop.submit(() -> link.begin(receiver, "GET")).get(20, TimeUnit.SECONDS);
            link.channel().writeAndFlush(request()).sync();

            CompletableFuture<Void> drained =
                    CompletableFuture.runAsync(() -> pair.b.path.drain(Duration.ofSeconds(40)));
            assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo(LegFrames.PeerStopping.EVENT);
            stopping.complete(null);

            assertThat(receiver.end.get(20, TimeUnit.SECONDS)).isEqualTo("answered");
            loop.submit(() -> link.release(pool, KEY)).get(20, TimeUnit.SECONDS);
            assertThat(pair.b.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(loop.submit(pool::size).get(20, TimeUnit.SECONDS)).isZero();
            drained.get(20, TimeUnit.SECONDS);
            assertThat(app.failures()).isEmpty();
        }
    }

    /** Tells the test of the first event that reaches the end of a pipeline. */
    private static final class EventProbe extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Object> told;

        EventProbe(CompletableFuture<Object> told) {
            this.told = told;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            told.complete(event);
        }
    }

    @Test
    void legThatIsGivenUpBeforeTheAnswerWasCut() throws Exception {
        try (TestApp app =
                new TestApp(socket -> {
                    readRequest(socket);
                    socket.getOutputStream().write(ANSWER);
                    assertThat(socket.getInputStream().readAllBytes()).isEmpty();
                })) {
            UpstreamLink link = usedLeg(app);

            loop.submit(
                            () -> {
                                link.begin(new Receiver(), "GET");
                                link.abandon();
                            })
                    .get(20, TimeUnit.SECONDS);

            assertThat(pair.b.telemetry.next().reason()).isEqualTo(CloseReason.CLIENT_GONE);
        }
    }
}
