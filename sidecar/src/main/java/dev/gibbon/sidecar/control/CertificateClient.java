package dev.gibbon.sidecar.control;

import dev.gibbon.core.join.CertificateGrant;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.join.Refusal;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.sidecar.tls.TlsFailures;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** Orders a certificate by {@code POST /v1/certificates}, one connection an order. */
// A connection whose write or close fails ends in channelInactive, where that is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class CertificateClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_GRANT = 256 * 1024;

    private final Dialer dialer;

    CertificateClient(Dialer dialer) {
        this.dialer = dialer;
    }

    /**
     * Orders. Any thread may call; the future completes on the event loop.
     *
     * @param identity proves who orders, where the control plane is on another host; empty when
     *     there is none yet, or it has ended
     * @return fails with {@link OrderRefusedException} when the control plane refuses, with {@link
     *     OtherAuthorityException} when it is not the one of the join token, with {@link
     *     IOException} when it cannot be reached or believed
     */
    CompletableFuture<CertificateGrant> order(CertificateOrder order, Optional<Identity> identity) {
        CompletableFuture<CertificateGrant> granted = new CompletableFuture<>();
        byte[] body = order.encode();
        try {
            dialer.dial(
                            ApplicationProtocolNames.HTTP_1_1,
                            identity,
                            new ReadTimeoutHandler(TIMEOUT.toSeconds(), TimeUnit.SECONDS),
                            new HttpClientCodec(),
                            new HttpObjectAggregator(MAX_GRANT),
                            new AnswerHandler(body, granted))
                    .addListener(connected -> {
                        if (!connected.isSuccess()) {
                            granted.completeExceptionally(unreachable(connected.cause()));
                        }
                    });
        } catch (SSLException | RuntimeException e) {
            granted.completeExceptionally(unreachable(e));
        }
        return granted;
    }

    /** A handshake that our own trust manager ended has its exception somewhere inside. */
    private Exception failure(Throwable cause) {
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof OtherAuthorityException other) {
                return other;
            }
        }
        return unreachable(cause.getCause() instanceof SSLException tls ? tls : cause);
    }

    private IOException unreachable(Throwable cause) {
        return new IOException(
                "control plane " + dialer.controlPlane() + ": " + TlsFailures.describe(cause),
                cause);
    }

    private final class AnswerHandler extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final byte[] body;
        private final CompletableFuture<CertificateGrant> granted;

        AnswerHandler(byte[] body, CompletableFuture<CertificateGrant> granted) {
            this.body = body;
            this.granted = granted;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            FullHttpRequest request =
                    new DefaultFullHttpRequest(
                            HttpVersion.HTTP_1_1,
                            HttpMethod.POST,
                            "/v1/certificates",
                            Unpooled.wrappedBuffer(body));
            request.headers()
                    .set(HttpHeaderNames.HOST, "control-plane")
                    .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
            ctx.writeAndFlush(request)
                    .addListener(written -> {
                        if (!written.isSuccess()) {
                            granted.completeExceptionally(failure(written.cause()));
                        }
                    });
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
            byte[] content = ByteBufUtil.getBytes(response.content());
            try {
                if (response.status().equals(HttpResponseStatus.OK)) {
                    granted.complete(CertificateGrant.decode(content));
                } else {
                    granted.completeExceptionally(refusal(response, content));
                }
            } catch (JsonFormatException e) {
                granted.completeExceptionally(unreachable(e));
            }
            ctx.close();
        }

        private Exception refusal(FullHttpResponse response, byte[] content)
                throws JsonFormatException {
            Refusal refusal = Refusal.decode(content);
            return response.status().code() < 500
                    ? new OrderRefusedException(refusal)
                    : new IOException(refusal.message());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            granted.completeExceptionally(
                    unreachable(new IOException("connection closed before an answer")));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            granted.completeExceptionally(failure(cause));
            ctx.close();
        }
    }
}
