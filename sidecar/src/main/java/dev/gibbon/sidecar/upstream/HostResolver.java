package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.net.IpAddress;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;

/** Finds the addresses of host names. Never called for IP literals. */
@FunctionalInterface
public interface HostResolver {

    /**
     * @param loop where the future completes
     * @return at least one address, in the order of preference; fails when there is none
     */
    Future<List<IpAddress>> resolve(EventLoop loop, String host);
}
