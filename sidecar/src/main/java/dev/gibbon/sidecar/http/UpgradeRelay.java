package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.sidecar.telemetry.Telemetry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Passes bytes both ways once a request has become a WebSocket (RFC 6455). As in Kong, silence in
 * both directions for the Service's {@code read_timeout} ends it. Confined to one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or close ends in channelInactive.
final class UpgradeRelay {
    private final RequestRecord record;
    private final Telemetry telemetry;
    private final Watchdog idleTimer;
    private final long idleNanos;
    private final Side downstream;
    private final Side upstream;

    private UpgradeRelay(
            Channel client,
            Channel server,
            RequestRecord record,
            Telemetry telemetry,
            int idleMillis) {
        this.record = record;
        this.telemetry = telemetry;
        this.idleNanos = TimeUnit.MILLISECONDS.toNanos(idleMillis);
        this.idleTimer = new Watchdog(client.eventLoop(), this::timedOut);
        this.downstream = new Side(client, server, record::received);
        this.upstream = new Side(server, client, record::sent);
    }

    /**
     * Takes both connections over; what was read of either beyond its head is passed on first.
     *
     * @param idleMillis 0 for no limit
     */
    static void start(
            ClientConnection client,
            UpstreamLink link,
            RequestRecord record,
            Telemetry telemetry,
            int idleMillis) {
        Channel below = client.channel();
        Channel above = link.channel();
        boolean clientDone = client.isInputShut();
        var relay = new UpgradeRelay(below, above, record, telemetry, idleMillis);
        ByteBuf fromClient = client.leave();
        ByteBuf fromUpstream = link.leave();
        above.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        above.config().setOption(ChannelOption.AUTO_CLOSE, true);
        below.pipeline().addLast(relay.downstream);
        above.pipeline().addLast(relay.upstream);
        relay.downstream.pass(fromClient);
        relay.upstream.pass(fromUpstream);
        above.flush();
        below.flush();
        relay.touch();
        below.config().setAutoRead(true);
        above.config().setAutoRead(true);
        if (clientDone) {
            relay.downstream.inputEnded();
        }
    }

    private void touch() {
        if (idleNanos > 0) {
            idleTimer.arm(idleNanos);
        }
    }

    private void timedOut() {
        end(CloseReason.UPSTREAM_TIMEOUT, "no byte in either direction within read_timeout");
    }

    private void end(CloseReason reason, String detail) {
        idleTimer.stop();
        record.end(telemetry, reason, detail);
        downstream.channel.close();
        upstream.channel.close();
    }

    private void ended() {
        if (downstream.inputEnded && upstream.inputEnded) {
            end(CloseReason.FINISHED, "both sides were done");
        }
    }

    /** Reads from one connection and writes to the other. */
    private final class Side extends ChannelInboundHandlerAdapter {
        private final Channel channel;
        private final Channel other;
        private final LongConsumer count;
        private boolean inputEnded;

        Side(Channel channel, Channel other, LongConsumer count) {
            this.channel = channel;
            this.other = other;
            this.count = count;
        }

        /** Takes ownership. */
        void pass(ByteBuf bytes) {
            count.accept(bytes.readableBytes());
            other.write(bytes);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes) {
                pass(bytes);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            touch();
            other.flush();
            channel.config().setAutoRead(other.isWritable());
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            other.config().setAutoRead(channel.isWritable());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                inputEnded();
            }
        }

        /** Half-close is passed on where the other side can do it; TLS to a peer ends whole. */
        void inputEnded() {
            if (inputEnded) {
                return;
            }
            inputEnded = true;
            other.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(_ -> {
                        if (other instanceof DuplexChannel duplex
                                && other.pipeline().get(SslHandler.class) == null) {
                            duplex.shutdownOutput();
                            ended();
                        } else {
                            end(CloseReason.FINISHED, "one side was done");
                        }
                    });
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            inputEnded = true;
            other.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(_ -> end(CloseReason.FINISHED, "one side closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            end(
                    this == downstream ? CloseReason.CLIENT_GONE : CloseReason.UPSTREAM_GONE,
                    "the connection failed: " + cause.getMessage());
        }
    }
}
