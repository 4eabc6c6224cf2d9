package dev.gibbon.controlplane.feed;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells the feed from HTTP by the first byte, on a connection without ALPN: a line of the feed
 * begins with a brace, a request never does.
 */
final class FeedOrHttp extends ByteToMessageDecoder {
    private final Consumer<ChannelHandlerContext> feed;
    private final Consumer<ChannelHandlerContext> http;

    FeedOrHttp(Consumer<ChannelHandlerContext> feed, Consumer<ChannelHandlerContext> http) {
        this.feed = feed;
        this.http = http;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (!in.isReadable()) {
            return;
        }
        (in.getByte(in.readerIndex()) == '{' ? feed : http).accept(ctx);
        // On removal the decoder passes on what it has read.
        ctx.pipeline().remove(this);
    }
}
