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
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers status requests. */
final class StatusHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String APPLICATION = "/app-health/";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";

    private final Supplier<String> metrics;
    private final Supplier<Readiness> readiness;
    private final ApplicationHealth application;

    StatusHandler(
            Supplier<String> metrics,
            Supplier<Readiness> readiness,
            ApplicationHealth application) {
        this.metrics = metrics;
        this.readiness = readiness;
        this.application = application;
    }

    /** What to say. */
    private record Answer(HttpResponseStatus status, String type, String text) {}

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The answer of the application is always given.
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        boolean head = request.method().equals(HttpMethod.HEAD);
        boolean malformed = request.decoderResult().isFailure();
        String uri = request.uri();
        if (!malformed && uri.startsWith(APPLICATION)) {
            CompletionStage<ApplicationHealth.Answer> asked =
                    application.ask(uri.substring(APPLICATION.length()));
            if (asked != null) {
                asked.whenComplete((said, failure) -> write(ctx, told(said, failure), head, false));
                return;
            }
        }
        write(ctx, answer(request), head, malformed);
    }

    private static Answer told(
            ApplicationHealth.@Nullable Answer said, @Nullable Throwable failure) {
        return said != null && said.healthy()
                ? new Answer(HttpResponseStatus.OK, TEXT_TYPE, said.detail() + "\n")
                : new Answer(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        TEXT_TYPE,
                        (said == null ? String.valueOf(failure) : said.detail()) + "\n");
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the connection.
    private static void write(
            ChannelHandlerContext ctx, Answer answer, boolean head, boolean malformed) {
        byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
        ByteBuf body = head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(text);
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.type())
                .set(HttpHeaderNames.CONTENT_LENGTH, text.length);
        if (answer.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        if (malformed) {
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
