package dev.gibbon.sidecar.status;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** Answers status requests. */
final class StatusHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";

    private final Supplier<String> metrics;
    private final Supplier<Readiness> readiness;

    StatusHandler(Supplier<String> metrics, Supplier<Readiness> readiness) {
        this.metrics = metrics;
        this.readiness = readiness;
    }

    /** What to say. */
    private record Answer(HttpResponseStatus status, String type, String text) {}

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the connection.
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        Answer answer = answer(request);
        byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
        boolean head = request.method().equals(HttpMethod.HEAD);
        ByteBuf body = head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(text);
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.type())
                .set(HttpHeaderNames.CONTENT_LENGTH, text.length);
        if (answer.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        if (request.decoderResult().isFailure()) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ctx.writeAndFlush(response);
    }

    private Answer answer(FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return new Answer(HttpResponseStatus.BAD_REQUEST, TEXT_TYPE, "bad request\n");
        }
        String path = request.uri();
        int question = path.indexOf('?');
        path = question < 0 ? path : path.substring(0, question);
        boolean known =
                path.equals("/metrics")
                        || path.equals("/healthz/live")
                        || path.equals("/healthz/ready");
        if (!known) {
            return new Answer(
                    HttpResponseStatus.NOT_FOUND,
                    TEXT_TYPE,
                    "not found (expected: /metrics, /healthz/live or /healthz/ready)\n");
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return new Answer(
                    HttpResponseStatus.METHOD_NOT_ALLOWED,
                    TEXT_TYPE,
                    "method not allowed (expected: GET)\n");
        }
        return switch (path) {
            case "/metrics" -> new Answer(HttpResponseStatus.OK, METRICS_TYPE, metrics.get());
            case "/healthz/live" -> new Answer(HttpResponseStatus.OK, TEXT_TYPE, "alive\n");
            default -> ready();
        };
    }

    private Answer ready() {
        List<String> missing = readiness.get().missing();
        return missing.isEmpty()
                ? new Answer(HttpResponseStatus.OK, TEXT_TYPE, "ready\n")
                : new Answer(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        TEXT_TYPE,
                        "not ready:\n" + String.join("\n", missing) + "\n");
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // There is nothing to do about a failed close.
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
