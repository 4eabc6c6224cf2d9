package dev.gibbon.controlplane.feed;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Answers {@code GET /v1/replica} to another replica of this control plane; passes on whatever else
 * it asks for. Only to be added for a peer that has shown a control plane's certificate.
 */
// A connection whose write or close fails ends in channelInactive, where that is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class ReplicaHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** What one replica asks the other for. */
    static final String PATH = "/v1/replica";

    private final Supplier<byte[]> report;
    private final Executor executor;

    ReplicaHandler(Supplier<byte[]> report, Executor executor) {
        this.report = report;
        this.executor = executor;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (request.decoderResult().isSuccess()
                && request.method().equals(HttpMethod.GET)
                && request.uri().equals(PATH)) {
            executor.execute(() -> respond(ctx));
        } else {
            ctx.fireChannelRead(request.retain());
        }
    }

    private void respond(ChannelHandlerContext ctx) {
        byte[] body = report.get();
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
