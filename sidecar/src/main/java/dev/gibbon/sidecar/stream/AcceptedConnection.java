package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.sidecar.tls.TlsFailures;
import dev.gibbon.sidecar.upstream.OwnConnections;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;

/**
 * One accepted connection until a relay or the HTTP handlers take it over: keeps what is read of
 * it, and tells the phase that it is in what happens on its channel. Confined to the channel's
 * event loop.
 */
public final class AcceptedConnection extends ChannelInboundHandlerAdapter {
    /** How the listener treats what it accepts. */
    public enum Kind {
        STREAM,
        HTTP,
        /** HTTP, and TLS ends here. */
        HTTP_SSL,
        /** Whatever a pod's application speaks. */
        POD
    }

    private final Course course;
    private final ClientInput input;

    public AcceptedConnection(
            Surroundings surroundings,
            LiveConnections live,
            Kind kind,
            Channel channel,
            Arrival arrival) {
        Client client = Client.of(surroundings, live, kind, channel, arrival);
        this.course = new Course(client);
        this.input = client.input();
    }

    /** Begins; called once the handler is in the pipeline of the active channel. */
    public void start() {
        Arrival arrival = course.client().arrival();
        OwnConnections own = course.client().surroundings().own();
        if (own.contains(arrival.client(), arrival.destination())) {
            course.reset(
                    CloseReason.LOOP,
                    "this sidecar's own connection to "
                            + arrival.destination()
                            + " came back to it (expected: GIBBON_WORKLOAD set to what it serves,"
                            + " or its address exempt from capture)");
            return;
        }
        course.enter(
                switch (course.client().kind()) {
                    case STREAM, POD -> new StreamDetection(course);
                    case HTTP, HTTP_SSL -> new HttpDetection(course);
                });
    }

    /** Ends the connection because the sidecar stops. */
    void stop() {
        course.stop();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (course.present() instanceof Phase.Closed) {
            bytes.release();
            return;
        }
        input.add(ctx.alloc(), bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        course.present().bytesRead();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent) {
            input.end();
            course.present().inputEnded();
            return;
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (course.present() instanceof Phase.Securing securing && securing.isShakingHands()) {
            return;
        }
        course.reset(CloseReason.CLIENT_GONE, TlsFailures.describe(cause));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!(course.present() instanceof Phase.HandedOver)) {
            course.fail(CloseReason.CLIENT_GONE, "the client closed before it was connected");
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        input.release();
    }
}
