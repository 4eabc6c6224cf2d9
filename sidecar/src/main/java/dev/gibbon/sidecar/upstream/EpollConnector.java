package dev.gibbon.sidecar.upstream;

import dev.gibbon.sidecar.telemetry.Telemetry;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/**
 * Dials with epoll sockets. Any thread may call; each attempt lives on the event loop it is given.
 */
public final class EpollConnector implements Connector {
    private final HostResolver resolver;
    private final UpstreamTlsHandshake tls;
    private final Sockets sockets;
    private final Telemetry telemetry;

    /**
     * @param mark whether sockets to the application carry the mark that the rules of {@code gibbon
     *     capture} let pass; needs NET_RAW or NET_ADMIN
     * @param own notes what is dialled
     */
    public EpollConnector(
            HostResolver resolver,
            UpstreamTlsHandshake tls,
            Telemetry telemetry,
            boolean mark,
            OwnConnections own) {
        this.resolver = resolver;
        this.tls = tls;
        this.sockets = new Sockets(mark, own);
        this.telemetry = telemetry;
    }

    @Override
    public Future<UpstreamConnection> connect(EventLoop loop, DialRequest request) {
        Dial dial = new Dial(loop, request, resolver, sockets, tls, telemetry);
        if (loop.inEventLoop()) {
            dial.start();
        } else {
            loop.execute(dial::start);
        }
        return dial.result();
    }
}
