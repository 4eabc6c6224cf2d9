package dev.gibbon.sidecar.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.epoll.EpollLoops;
import dev.gibbon.sidecar.leg.LegHeaderCodec;
import dev.gibbon.sidecar.telemetry.AccessRecord;
import dev.gibbon.sidecar.testing.MeshPair;
import dev.gibbon.sidecar.testing.Pki;
import dev.gibbon.sidecar.testing.TestApp;
import dev.gibbon.sidecar.tls.MeshIdentity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class MeshTrustTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static EventLoopGroup loops;

    private MeshPair pair;
    private TestApp app;

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
        app = new TestApp(socket -> app.report("connected"));
        pair.registered(app.address());
    }

    @AfterEach
    void stopPair() {
        pair.close();
        app.close();
    }

    /** Bad certificates of A, and what B says of them. */
    enum Bad {
        FOREIGN_AUTHORITY,
        EXPIRED,
        NOT_YET_VALID,
        SOURCE_ADDRESS;

        MeshIdentity identity(Pki pki) {
            Instant now = Instant.now();
            return switch (this) {
                case FOREIGN_AUTHORITY -> {
                    MeshIdentity foreign = Pki.create("other").identity("a", "127.0.0.6");
                    yield new MeshIdentity(
                            foreign.key(), foreign.chain(), pki.identity("a").roots());
                }
                case EXPIRED ->
                        pki.identity("a", now.minus(DAY), now.minusSeconds(60), "127.0.0.6");
                case NOT_YET_VALID ->
                        pki.identity("a", now.plusSeconds(3600), now.plus(DAY), "127.0.0.6");
                case SOURCE_ADDRESS -> pki.identity("a", "127.0.0.7");
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Bad.class)
    void badCertificateIsRefusedWithItsReason(Bad bad) throws Exception {
        pair.a.identity.set(bad.identity(pair.pki));

        try (Socket client = pair.connect()) {
            client.getOutputStream().write(1);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
        }

        AccessRecord far = pair.b.telemetry.next();
        assertThat(far.reason()).isEqualTo(CloseReason.PEER_REJECTED);
        assertThat(far.detail()).startsWith(bad.name().toLowerCase(java.util.Locale.ROOT) + ": ");
        assertThat(far.upstream()).isNull();
        assertThat(pair.a.telemetry.next().reason()).isEqualTo(CloseReason.UPSTREAM_TLS);
        assertThat(app.failures()).isEmpty();
    }

    @Test
    void clientWithoutACertificateIsRefused() throws Exception {
        try (SSLSocket raw = tls(null, "127.0.0.6")) {
            assertThatThrownBy(
                            () -> {
                                raw.startHandshake();
                                raw.getInputStream().read();
                            })
                    .isInstanceOf(IOException.class);
        }

        AccessRecord far = pair.b.telemetry.next();
        assertThat(far.reason()).isEqualTo(CloseReason.PEER_REJECTED);
        assertThat(far.detail()).startsWith("no_certificate: ");
    }

    @Test
    void serverThatIsNotTheExpectedMemberIsNotUsed() throws Exception {
        pair.b.identity.set(pair.pki.identity("c", "127.0.0.4"));

        try (Socket client = pair.connect()) {
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(IOException.class);
        }

        AccessRecord near = pair.a.telemetry.next();
        assertThat(near.reason()).isEqualTo(CloseReason.UPSTREAM_NOT_MESH);
        assertThat(near.detail()).contains("spiffe://test/host/c").contains("expected");
    }

    @Test
    void renewedCertificateIsUsedByTheNextConnection() throws Exception {
        pair.a.identity.set(
                pair.pki.identity(
                        "a",
                        Instant.now().minus(DAY),
                        Instant.now().minusSeconds(60),
                        "127.0.0.6"));
        try (Socket client = pair.connect()) {
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(IOException.class);
        }
        assertThat(pair.b.telemetry.next().reason()).isEqualTo(CloseReason.PEER_REJECTED);

        pair.a.identity.set(pair.pki.identity("a", "127.0.0.6"));
        try (Socket client = pair.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(app.result()).isEqualTo("connected");
    }

    /**
     * A leaf of one intermediate and a leaf of the next one: both sides show what is above theirs.
     */
    @Test
    void peersBelowIntermediatesOfOneRootTrustEachOther() throws Exception {
        Pki first = pair.pki.withIntermediate("first");
        Pki next = pair.pki.withIntermediate("next");
        pair.a.identity.set(first.identity("a", "127.0.0.6"));
        pair.b.identity.set(first.identity("b", "127.0.0.4"));
        try (Socket client = pair.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(app.result()).isEqualTo("connected");
        assertThat(pair.b.telemetry.next().clientIdentity()).isEqualTo(Pki.id("a"));

        pair.b.identity.set(next.identity("b", "127.0.0.4"));
        try (Socket client = pair.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(app.result()).isEqualTo("connected");
        assertThat(pair.b.telemetry.next().clientIdentity()).isEqualTo(Pki.id("a"));

        MeshIdentity bare = next.identity("a", "127.0.0.6");
        pair.a.identity.set(
                new MeshIdentity(bare.key(), List.of(bare.chain().getFirst()), bare.roots()));
        try (Socket client = pair.connect()) {
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(IOException.class);
        }
        assertThat(pair.b.telemetry.next().detail()).startsWith("foreign_authority: ");
    }

    @Test
    void destinationThatAHeaderNamesIsNotDialledUnlessItIsOurWorkload() throws Exception {
        try (TestApp elsewhere = reporting();
                SSLSocket raw = tls(pair.pki.identity("a", "127.0.0.6"), "127.0.0.6")) {
            raw.startHandshake();
            raw.getOutputStream().write(header(elsewhere.address()));
            assertThat(readQuietly(raw)).isEqualTo(-1);

            AccessRecord far = pair.b.telemetry.next();
            assertThat(far.reason()).isEqualTo(CloseReason.NOT_LOCAL);
            assertThat(far.detail()).contains(elsewhere.address().toString());
            assertThat(far.clientIdentity()).isEqualTo(Pki.id("a"));
            assertThat(pair.b.telemetry.dials()).isEmpty();
        }
    }

    @Test
    void legWithoutAHeaderIsRefused() throws Exception {
        try (SSLSocket raw = tls(pair.pki.identity("a", "127.0.0.6"), "127.0.0.6")) {
            raw.startHandshake();
            raw.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\n\r\n"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(readQuietly(raw)).isEqualTo(-1);
        }
        AccessRecord far = pair.b.telemetry.next();
        assertThat(far.reason()).isEqualTo(CloseReason.BAD_REQUEST);
        assertThat(far.detail()).contains("not a PROXY protocol v2 header");
    }

    private static TestApp reporting() {
        return new TestApp(socket -> {});
    }

    private static int readQuietly(SSLSocket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException e) {
            return -1;
        }
    }

    private static byte[] header(IpPort destination) {
        ByteBuf buffer =
                LegHeaderCodec.encode(
                        ByteBufAllocator.DEFAULT,
                        new LegHeader(
                                IpPort.parse("127.0.0.2:1234").orElseThrow(),
                                destination,
                                Protocol.TCP,
                                Protocol.TCP,
                                null,
                                (UUID) null,
                                null));
        try {
            return ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
        }
    }

    /** A client of its own that offers the mesh ALPN to B. */
    private SSLSocket tls(@Nullable MeshIdentity identity, String from) throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                keyManagers(identity),
                InsecureTrustManagerFactory.INSTANCE.getTrustManagers(),
                null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        socket.bind(new InetSocketAddress(IpAddress.of(from).toInetAddress(), 0));
        socket.connect(pair.listenerB.toSocketAddress());
        socket.setSoTimeout(20_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {Pki.ALPN});
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static KeyManager @Nullable [] keyManagers(@Nullable MeshIdentity identity)
            throws Exception {
        if (identity == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "mesh", identity.key(), new char[0], identity.chain().toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }
}
