package dev.gibbon.sidecar.status;

import dev.gibbon.core.net.IpPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The status listener; open from construction until closed. */
public final class StatusServer implements AutoCloseable {
    private static final int MAX_LINE = 1024;
    private static final int MAX_HEADERS = 8 * 1024;
    private static final int MAX_BODY = 1024;
    private static final int IDLE_SECONDS = 60;

    private final Channel channel;

    private StatusServer(Channel channel) {
        this.channel = channel;
    }

    /**
     * Opens it. Blocks until the port is bound, so never call this on an event loop.
     *
     * @param loops serves it; stays the caller's
     * @param transport the server channel that fits the loops
     * @param address port 0 for any free one
     * @param metrics gives the text of {@code /metrics}
     * @param application answers what is asked about it
     * @throws IOException when the address cannot be bound
     */
    public static StatusServer open(
            EventLoopGroup loops,
            Class<? extends ServerChannel> transport,
            IpPort address,
            Supplier<String> metrics,
            Supplier<Readiness> readiness,
            ApplicationHealth application)
            throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(transport)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel child) {
                                        child.pipeline()
                                                .addLast(
                                                        new ReadTimeoutHandler(
                                                                IDLE_SECONDS, TimeUnit.SECONDS),
                                                        new HttpServerCodec(
                                                                MAX_LINE, MAX_HEADERS, MAX_BODY),
                                                        new HttpServerKeepAliveHandler(),
                                                        new HttpObjectAggregator(MAX_BODY),
                                                        new StatusHandler(
                                                                metrics, readiness, application));
                                    }
                                })
                        .bind(address.toSocketAddress())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "status listener " + address + ": " + bound.cause().getMessage(),
                    bound.cause());
        }
        return new StatusServer(bound.channel());
    }

    /** Where it listens, with the port that was chosen. */
    public IpPort address() {
        return IpPort.of((InetSocketAddress) channel.localAddress());
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
