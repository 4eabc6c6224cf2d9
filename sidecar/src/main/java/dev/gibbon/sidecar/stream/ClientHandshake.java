package dev.gibbon.sidecar.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A TLS handshake with a client whose first bytes have been read already. Confined to the channel's
 * event loop.
 */
final class ClientHandshake {
    /** The name of the TLS handler in the pipeline, whose first it is. */
    static final String NAME = "tls";

    private final Channel channel;
    private final ClientInput input;
    private final Duration timeout;

    private ClientHandshake(Channel channel, ClientInput input, Duration timeout) {
        this.channel = channel;
        this.input = input;
        this.timeout = timeout;
    }

    static ClientHandshake with(Client client) {
        return new ClientHandshake(
                client.channel(), client.input(), client.limits().handshakeTimeout());
    }

    /**
     * Puts the handler in front and gives it what has been read; the input holds what was decrypted
     * behind that.
     *
     * @param whenDone told how the handshake ended, also when the connection is over by then
     */
    void start(SslHandler handler, Consumer<Future<Channel>> whenDone) {
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        ChannelPipeline pipeline = channel.pipeline().addFirst(NAME, handler);
        Future<Channel> handshake = handler.handshakeFuture();
        handshake.addListener(_ -> whenDone.accept(handshake));
        ByteBuf bytes = input.take();
        if (bytes != null) {
            pipeline.fireChannelRead(bytes);
            pipeline.fireChannelReadComplete();
        }
        if (!input.hasEnded()) {
            channel.read();
        }
    }
}
