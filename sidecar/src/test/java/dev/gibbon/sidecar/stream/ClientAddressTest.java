package dev.gibbon.sidecar.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.StreamRule;
import dev.gibbon.sidecar.epoll.EpollLoops;
import dev.gibbon.sidecar.listener.ListenerSpec;
import dev.gibbon.sidecar.testing.Config;
import dev.gibbon.sidecar.testing.TestApp;
import dev.gibbon.sidecar.testing.TestSidecar;
import dev.gibbon.sidecar.tls.PeerVerifier;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Needs NET_RAW, like everything transparent. */
@Tag("netns")
@Timeout(60)
class ClientAddressTest {
    private static EventLoopGroup loops;

    @BeforeAll
    static void startLoops() {
        loops = EpollLoops.start(1);
    }

    @AfterAll
    static void stopLoops() {
        assertThat(loops.shutdownGracefully()).isNotNull();
    }

    @Test
    void applicationSeesTheClientsAddressAndAPortOfOurRange() throws Exception {
        PeerVerifier nobody =
                (chain, source) -> new PeerVerifier.Verdict.Rejected("nobody", "no mesh here");
        TestApp[] self = new TestApp[1];
        self[0] = new TestApp(socket -> self[0].report(socket.getRemoteSocketAddress()));
        try (TestApp app = self[0];
                TestSidecar sidecar = new TestSidecar(loops, "127.0.0.3", nobody)) {
            sidecar.decider.set(
                    new Config()
                            .keepClientAddress()
                            .workload(app.address())
                            .route(
                                    StreamRule.Bytes.OPAQUE,
                                    Protocol.TCP,
                                    "127.0.0.1",
                                    app.address().port())
                            .decider());
            IpPort listener = sidecar.listenStream();

            for (int i = 0; i < 3; i++) {
                try (Socket client = new Socket()) {
                    client.bind(IpPort.parse("127.0.0.2:0").orElseThrow().toSocketAddress());
                    client.connect(listener.toSocketAddress());
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                }
                IpPort seen = IpPort.of((InetSocketAddress) app.result());
                assertThat(seen.ip().toString()).isEqualTo("127.0.0.2");
                assertThat(seen.port()).isBetween(10_240, 32_767);
            }
        }
    }

    @Test
    void transparentListenerServesItsOwnAddressToo() throws Exception {
        PeerVerifier nobody =
                (chain, source) -> new PeerVerifier.Verdict.Rejected("nobody", "no mesh here");
        try (TestApp app = new TestApp(socket -> socket.getOutputStream().write('h'));
                TestSidecar sidecar = new TestSidecar(loops, "127.0.0.3", nobody)) {
            sidecar.decider.set(
                    new Config()
                            .route(
                                    StreamRule.Bytes.OPAQUE,
                                    Protocol.TCP,
                                    "127.0.0.1",
                                    app.address().port())
                            .decider());
            ListenerSpec spec =
                    new ListenerSpec(
                            IpPort.parse("127.0.0.3:0").orElseThrow(),
                            ListenerSpec.Kind.STREAM,
                            false,
                            true);
            IpPort listener = sidecar.path.open(List.of(spec)).getFirst().address();

            try (Socket client = new Socket(listener.ip().toInetAddress(), listener.port())) {
                assertThat(client.getInputStream().read()).isEqualTo('h');
            }

            assertThat(sidecar.telemetry.next().arrival().transparent()).isTrue();
        }
    }
}
