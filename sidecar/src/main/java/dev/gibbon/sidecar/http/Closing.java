package dev.gibbon.sidecar.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/** How a client connection comes to its end. Confined to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or close ends in channelInactive.
final class Closing {
    /**
     * How long input is thrown away after a last answer: closing with unread input would reset the
     * connection and take the answer from the client (RFC 9112 section 9.6).
     */
    private static final long LINGER_MILLIS = 2_000;

    private enum Phase {
        OPEN,
        /** Nothing more is written; input is thrown away. */
        LINGERING,
        CLOSED
    }

    private final Channel channel;
    private final Watchdog timer;
    private final long idleNanos;
    private Phase phase = Phase.OPEN;

    /**
     * @param timer set to the time after which the connection is closed
     * @param idleNanos how long a client that does not read is waited for
     */
    Closing(Channel channel, Watchdog timer, long idleNanos) {
        this.channel = channel;
        this.timer = timer;
        this.idleNanos = idleNanos;
    }

    /** Whether that has not begun yet. */
    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    boolean isLingering() {
        return phase == Phase.LINGERING;
    }

    /** Nothing more is written: what is queued is sent, then the connection is closed. */
    void linger(boolean inputExpected) {
        phase = Phase.LINGERING;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(_ -> {
                    if (!inputExpected || !channel.isActive()) {
                        now();
                        return;
                    }
                    if (channel instanceof DuplexChannel duplex
                            && channel.pipeline().get(SslHandler.class) == null) {
                        duplex.shutdownOutput();
                    }
                    channel.config().setAutoRead(true);
                    timer.arm(TimeUnit.MILLISECONDS.toNanos(LINGER_MILLIS));
                });
        // A client that does not read is not waited for either.
        timer.arm(idleNanos);
    }

    /** An answer that cannot be completed: what is queued is sent, then the connection closed. */
    void cutOff() {
        phase = Phase.LINGERING;
        timer.arm(idleNanos);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> now());
    }

    /** Closes at once; what is queued is lost. */
    void now() {
        closed();
        channel.close();
    }

    /** The connection is closed, or others have it. */
    void closed() {
        phase = Phase.CLOSED;
        timer.stop();
    }
}
