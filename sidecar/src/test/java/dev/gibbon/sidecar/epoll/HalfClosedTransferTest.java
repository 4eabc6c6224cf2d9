package dev.gibbon.sidecar.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.StreamRule;
import dev.gibbon.sidecar.testing.Config;
import dev.gibbon.sidecar.testing.TestApp;
import dev.gibbon.sidecar.testing.TestSidecar;
import dev.gibbon.sidecar.tls.PeerVerifier;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that are longer than the socket buffers, to clients that have half-closed. */
@Timeout(120)
class HalfClosedTransferTest {
    private static final int TRANSFERS = 20;
    private static final int LENGTH = 4 * 1024 * 1024;

    @Test
    void everyByteArrivesOnSteadyLoops() throws Exception {
        assertThat(completeTransfers(EpollLoops.start(1))).isEqualTo(TRANSFERS);
    }

    /** Once this fails, Netty is repaired and the empty interest set needs no care any more. */
    @Test
    void nettysOwnLoopsLoseBytes() throws Exception {
        assertThat(
                        completeTransfers(
                                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory())))
                .isLessThan(TRANSFERS);
    }

    private static int completeTransfers(EventLoopGroup loops) throws Exception {
        PeerVerifier nobody =
                (chain, source) -> new PeerVerifier.Verdict.Rejected("nobody", "no mesh here");
        try (TestSidecar sidecar = new TestSidecar(loops, "127.0.0.3", nobody);
                TestApp app =
                        new TestApp(socket -> {
                            assertThat(socket.getInputStream().read()).isEqualTo(-1);
                            socket.getOutputStream().write(new byte[LENGTH]);
                        })) {
            IpPort listener = sidecar.listenStream();
            sidecar.decider.set(
                    new Config()
                            .route(
                                    StreamRule.Bytes.OPAQUE,
                                    Protocol.TCP,
                                    "127.0.0.1",
                                    app.address().port())
                            .decider());
            int complete = 0;
            for (int i = 0; i < TRANSFERS; i++) {
                if (receive(listener) == LENGTH) {
                    complete++;
                }
            }
            return complete;
        } finally {
            assertThat(loops.shutdownGracefully()).isNotNull();
        }
    }

    /** How many bytes a client gets that reads in small pieces, until the end or a failure. */
    private static int receive(IpPort listener) throws IOException {
        int received = 0;
        try (Socket client = new Socket()) {
            client.setReceiveBufferSize(8 * 1024);
            client.connect(listener.toSocketAddress());
            client.setSoTimeout(2_000);
            client.shutdownOutput();
            InputStream in = client.getInputStream();
            byte[] piece = new byte[16 * 1024];
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                received += length;
            }
        } catch (IOException e) {
            return received;
        }
        return received;
    }
}
