package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class UpstreamLinkTest {

    /** Writes down what it is told. */
    private static final class Listener implements UpstreamLink.Receiver {
        final List<String> told = new ArrayList<>();

        @Override
        public void answered(ResponseHead head) {
            told.add("head " + head.status());
        }

        @Override
        public void answerPiece(ByteBuf piece) {
            told.add("piece " + piece.toString(StandardCharsets.US_ASCII));
            piece.release();
        }

        @Override
        public void answerEnd(Fields trailers) {
            told.add("end");
        }

        @Override
        public void upstreamFailed(CloseReason reason, String detail) {
            told.add("failed " + reason);
        }

        @Override
        public void upstreamWritabilityChanged() {}

        @Override
        public void upstreamReadComplete() {}
    }

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Listener listener = new Listener();
    private final UpstreamLink link =
            new UpstreamLink(
                    new UpstreamConnection(
                            channel,
                            IpPort.parse("10.0.0.1:80").orElseThrow(),
                            new UpstreamTls.Mesh("spiffe://m/b"),
                            "spiffe://m/b"),
                    1000);
    private final UpstreamPool pool = new UpstreamPool();
    private final PoolKey key =
            new PoolKey(
                    "10.0.0.1",
                    80,
                    dev.gibbon.core.entity.Protocol.HTTP,
                    null,
                    null,
                    null,
                    null,
                    null);

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    @Test
    void aPeerThatRejectsOurCertificateOnTheFirstReadIsATlsFailure() {
        link.begin(listener, "GET");

        channel.pipeline()
                .fireExceptionCaught(
                        new DecoderException(new SSLHandshakeException("bad_certificate")));

        assertThat(listener.told).containsExactly("failed UPSTREAM_TLS");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anAnswerInPiecesIsToldInPieces() {
        link.begin(listener, "GET");

        receive("HTTP/1.1 200 OK\r\nContent-Le");
        receive("ngth: 5\r\n\r\nhe");
        receive("llo");

        assertThat(listener.told).containsExactly("head 200", "piece he", "piece llo", "end");
    }

    @Test
    void aConnectionWaitsInThePoolAndLeavesItWhenThePeerCloses() {
        link.begin(listener, "GET");
        receive("HTTP/1.1 204 No Content\r\n\r\n");
        link.release(pool, key);
        assertThat(pool.size()).isEqualTo(1);

        channel.close().syncUninterruptibly();

        assertThat(pool.size()).isZero();
        assertThat(pool.take(key)).isNull();
    }

    @Test
    void aConnectionThatSpeaksUnaskedLeavesThePool() {
        link.begin(listener, "GET");
        receive("HTTP/1.1 204 No Content\r\n\r\n");
        link.release(pool, key);

        receive("HTTP/1.1 200 OK\r\n\r\n");

        assertThat(pool.take(key)).isNull();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void theConnectionUsedLastIsTakenFirstAndTheirNumberIsBounded() {
        List<EmbeddedChannel> channels = new ArrayList<>();
        List<UpstreamLink> links = new ArrayList<>();
        for (int i = 0; i <= UpstreamPool.MAX_IDLE_PER_KEY; i++) {
            var one = new EmbeddedChannel();
            channels.add(one);
            links.add(
                    new UpstreamLink(
                            new UpstreamConnection(
                                    one,
                                    IpPort.parse("10.0.0.1:80").orElseThrow(),
                                    new UpstreamTls.None(),
                                    null),
                            1000));
            links.getLast().release(pool, key);
        }

        assertThat(pool.size()).isEqualTo(UpstreamPool.MAX_IDLE_PER_KEY);
        assertThat(channels.getLast().isOpen()).isFalse();
        assertThat(pool.take(key)).isSameAs(links.get(UpstreamPool.MAX_IDLE_PER_KEY - 1));
        pool.clear();
        assertThat(channels.getFirst().isOpen()).isFalse();
    }

    @Test
    void aBodyThatIsCutShortIsAFailureAndOneUntilTheEndIsNot() {
        link.begin(listener, "GET");
        receive("HTTP/1.1 200 OK\r\n\r\nhello");
        channel.close().syncUninterruptibly();
        assertThat(listener.told).containsExactly("head 200", "piece hello", "end");

        var second = new EmbeddedChannel();
        var other = new Listener();
        new UpstreamLink(
                        new UpstreamConnection(
                                second,
                                IpPort.parse("10.0.0.1:80").orElseThrow(),
                                new UpstreamTls.None(),
                                null),
                        1000)
                .begin(other, "GET");
        second.writeInbound(
                Unpooled.copiedBuffer(
                        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
                        StandardCharsets.US_ASCII));
        second.close().syncUninterruptibly();
        assertThat(other.told).containsExactly("head 200", "piece hello", "failed UPSTREAM_GONE");
    }
}
