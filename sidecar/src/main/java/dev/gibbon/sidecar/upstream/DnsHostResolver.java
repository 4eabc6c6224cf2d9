package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.net.IpAddress;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Asks the name servers of {@code /etc/resolv.conf} for A and AAAA records, after {@code
 * /etc/hosts}; answers are kept for their TTL, per event loop. Any thread may call.
 */
public final class DnsHostResolver implements HostResolver, AutoCloseable {
    private static final int MAX_TTL_SECONDS = 3600;
    private static final int NEGATIVE_TTL_SECONDS = 1;

    private final ConcurrentMap<EventLoop, DnsNameResolver> resolvers = new ConcurrentHashMap<>();

    @Override
    public Future<List<IpAddress>> resolve(EventLoop loop, String host) {
        Promise<List<IpAddress>> promise = loop.newPromise();
        resolvers
                .computeIfAbsent(loop, DnsHostResolver::open)
                .resolveAll(host)
                .addListener(
                        (FutureListener<List<InetAddress>>)
                                answer -> {
                                    if (answer.isSuccess() && !answer.getNow().isEmpty()) {
                                        promise.trySuccess(
                                                answer.getNow().stream()
                                                        .map(IpAddress::of)
                                                        .toList());
                                    } else {
                                        promise.tryFailure(cause(answer, host));
                                    }
                                });
        return promise;
    }

    private static Throwable cause(Future<?> answer, String host) {
        Throwable cause = answer.cause();
        return cause != null ? cause : new UnknownHostException(host);
    }

    private static DnsNameResolver open(EventLoop loop) {
        return new DnsNameResolverBuilder(loop)
                .datagramChannelType(EpollDatagramChannel.class)
                .socketChannelType(EpollSocketChannel.class, true)
                .ttl(0, MAX_TTL_SECONDS)
                .negativeTtl(NEGATIVE_TTL_SECONDS)
                .build();
    }

    @Override
    public void close() {
        resolvers.values().forEach(DnsNameResolver::close);
    }
}
