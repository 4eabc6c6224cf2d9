package dev.gibbon.sidecar.upstream;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/** Reaches upstreams. */
public interface Connector {

    /**
     * Dials; all of it runs on {@code loop}. Retries, time-outs and the choice among resolved
     * addresses happen inside.
     *
     * @return fails with {@link ConnectException}; cancelling it closes what is being dialled
     */
    Future<UpstreamConnection> connect(EventLoop loop, DialRequest request);
}
