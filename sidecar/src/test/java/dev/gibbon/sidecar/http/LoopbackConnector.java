package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.upstream.ConnectException;
import dev.gibbon.sidecar.upstream.Connector;
import dev.gibbon.sidecar.upstream.DialRequest;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.atomic.AtomicInteger;

/** Dials plain TCP, and knows no names. Counts its calls. */
final class LoopbackConnector implements Connector {
    final AtomicInteger dials = new AtomicInteger();

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The promise tells.
    public Future<UpstreamConnection> connect(EventLoop loop, DialRequest request) {
        dials.incrementAndGet();
        Promise<UpstreamConnection> promise = loop.newPromise();
        var ip = IpAddress.parse(request.upstream().host());
        if (ip.isEmpty()) {
            promise.setFailure(new ConnectException(CloseReason.NAME_RESOLUTION, "no such name"));
            return promise;
        }
        IpPort address = new IpPort(ip.get(), request.upstream().port());
        ChannelFuture connecting =
                new Bootstrap()
                        .group(loop)
                        .channel(
                                TestProxy.EPOLL ? EpollSocketChannel.class : NioSocketChannel.class)
                        .option(ChannelOption.AUTO_READ, false)
                        .option(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(32 * 1024, 64 * 1024))
                        .handler(new ChannelInboundHandlerAdapter())
                        .connect(address.toSocketAddress());
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                promise.trySuccess(
                        new UpstreamConnection(
                                connecting.channel(), address, new UpstreamTls.None(), null));
            } else {
                promise.tryFailure(
                        new ConnectException(
                                CloseReason.UPSTREAM_REFUSED,
                                "refused: " + done.cause().getMessage()));
            }
        });
        return promise;
    }
}
