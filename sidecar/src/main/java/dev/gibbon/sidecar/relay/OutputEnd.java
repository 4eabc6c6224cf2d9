package dev.gibbon.sidecar.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;

/** Ends the outgoing direction of a channel in the manner of the protocol it speaks. */
@FunctionalInterface
public interface OutputEnd {

    /** Called on the event loop once everything queued has been written. */
    ChannelFuture finish(Channel channel);

    /** A handler in the pipeline that knows how; there is at most one. */
    interface Handler extends OutputEnd, ChannelHandler {}
}
