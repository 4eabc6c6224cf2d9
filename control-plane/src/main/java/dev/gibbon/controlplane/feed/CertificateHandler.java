package dev.gibbon.controlplane.feed;

import dev.gibbon.controlplane.authority.Applicant;
import dev.gibbon.controlplane.authority.CertificateDesk;
import dev.gibbon.controlplane.authority.CertificateDesk.Answer;
import dev.gibbon.core.join.CertificateGrant;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.join.Refusal;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.log.Log;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * Answers {@code POST /v1/certificates}, one request a connection. Stores and signatures are slow,
 * so the desk works on an executor of its own.
 */
// A connection whose write or close fails ends in channelInactive, where that is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class CertificateHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String PATH = "/v1/certificates";

    private final CertificateDesk desk;
    private final Applicant applicant;
    private final SidecarRegister register;
    private final Runnable membershipChanged;
    private final Executor executor;
    private final Log log;

    CertificateHandler(
            CertificateDesk desk,
            Applicant applicant,
            SidecarRegister register,
            Runnable membershipChanged,
            Executor executor,
            Log log) {
        this.desk = desk;
        this.applicant = applicant;
        this.register = register;
        this.membershipChanged = membershipChanged;
        this.executor = executor;
        this.log = log;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            refuse(ctx, HttpResponseStatus.BAD_REQUEST, "malformed", "request: not HTTP/1.1");
        } else if (!request.uri().equals(PATH)) {
            refuse(ctx, HttpResponseStatus.NOT_FOUND, "not_found", "path (expected: " + PATH + ")");
        } else if (!request.method().equals(HttpMethod.POST)) {
            refuse(ctx, HttpResponseStatus.METHOD_NOT_ALLOWED, "method", "method (expected: POST)");
        } else {
            byte[] body = ByteBufUtil.getBytes(request.content());
            executor.execute(() -> answer(ctx, body));
        }
    }

    private void answer(ChannelHandlerContext ctx, byte[] body) {
        try {
            CertificateOrder order = CertificateOrder.decode(body);
            switch (desk.answer(order, applicant, register)) {
                case Answer.Granted(
                                String name,
                                var addresses,
                                CertificateGrant grant,
                                boolean membershipChanged) -> {
                    register.certified(name, addresses, grant.notAfter());
                    log.info(
                            "certificate signed",
                            "name",
                            name,
                            "addresses",
                            addresses,
                            "notAfter",
                            grant.notAfter());
                    if (membershipChanged) {
                        this.membershipChanged.run();
                    }
                    respond(ctx, HttpResponseStatus.OK, grant.encode());
                }
                case Answer.Refused(Refusal refusal) -> {
                    log.warn(
                            "certificate refused",
                            "name",
                            order.name(),
                            "reason",
                            refusal.reason(),
                            "detail",
                            refusal.message());
                    HttpResponseStatus status =
                            refusal.reason().equals("malformed")
                                    ? HttpResponseStatus.BAD_REQUEST
                                    : HttpResponseStatus.FORBIDDEN;
                    respond(ctx, status, refusal.encode());
                }
            }
        } catch (JsonFormatException e) {
            refuse(
                    ctx,
                    HttpResponseStatus.BAD_REQUEST,
                    "malformed",
                    String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            log.error("certificate could not be signed", "cause", e);
            refuse(
                    ctx,
                    HttpResponseStatus.INTERNAL_SERVER_ERROR,
                    "failed",
                    "the control plane could not sign; see its log");
        }
    }

    private static void refuse(
            ChannelHandlerContext ctx, HttpResponseStatus status, String reason, String message) {
        respond(ctx, status, new Refusal(reason, message).encode());
    }

    private static void respond(ChannelHandlerContext ctx, HttpResponseStatus status, byte[] body) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("certificate connection failed", "cause", cause);
        ctx.close();
    }
}
