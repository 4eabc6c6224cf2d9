package dev.gibbon.sidecar.stream;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.sidecar.relay.Endings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import org.jspecify.annotations.Nullable;

/** The last phase of a client that speaks HTTP: the HTTP handlers have it, and what it has sent. */
final class HttpHandOver implements Phase.HandedOver {
    private final Client client;
    private final Protocol scheme;
    private final @Nullable String sni;

    HttpHandOver(Client client, Protocol scheme, @Nullable String sni) {
        this.client = client;
        this.scheme = scheme;
        this.sni = sni;
    }

    @Override
    public void begin() {
        client.speculation().drop();
        Channel channel = client.channel();
        ClientInput input = client.input();
        ChannelHandlerContext ctx = channel.pipeline().context(AcceptedConnection.class);
        // HTTP handlers expect a client that goes to make the channel inactive, unless they say
        // otherwise themselves.
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, input.hasEnded());
        client.surroundings().http().accept(channel, client.arrival(), scheme, sni);
        ByteBuf bytes = input.take();
        if (bytes != null) {
            ctx.fireChannelRead(bytes);
            ctx.fireChannelReadComplete();
        }
        if (input.hasEnded()) {
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(AcceptedConnection.class);
        }
        channel.config().setAutoRead(true);
    }

    @Override
    public void stop() {
        Endings.close(client.channel());
    }
}
