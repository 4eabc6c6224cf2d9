package dev.gibbon.sidecar.control;

import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.log.Log;
import dev.gibbon.sidecar.upstream.Destinations;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * All that ties a sidecar to its control plane, put together: certificates and feed, on one event
 * loop.
 */
public final class ControlLink {
    private final IdentityHolder identities;
    private final IdentityKeeper keeper;
    private final FeedClient feed;
    private final DestinationQueries queries;

    private ControlLink(
            IdentityHolder identities,
            IdentityKeeper keeper,
            FeedClient feed,
            DestinationQueries queries) {
        this.identities = identities;
        this.keeper = keeper;
        this.feed = feed;
        this.queries = queries;
    }

    /**
     * Puts the parts together; nothing happens before {@link #start}.
     *
     * @param loop an epoll loop, best one of its own: the consumer runs on it
     * @param resolver for the control plane's host name; must not block
     * @param executor for making keys and for TLS handshakes; best virtual threads
     * @param consumer applies a configuration, or leaves the one before; must not block
     * @param unanswered told of each time that it was asked in vain where an address leads
     */
    public static ControlLink create(
            ControlPlane controlPlane,
            IdentityKeeper.Claim claim,
            EventLoop loop,
            AddressResolverGroup<InetSocketAddress> resolver,
            Executor executor,
            InstantSource clock,
            Function<FeedConfig, ApplyResult> consumer,
            Runnable unanswered,
            Log log) {
        SecureRandom random = new SecureRandom();
        Dialer dialer = new Dialer(controlPlane, loop, resolver, executor, clock);
        IdentityHolder identities = new IdentityHolder();
        // Jitter needs no secret, and drawing one could read the random device on the loop.
        RandomGenerator jitter = new SplittableRandom();
        IdentityKeeper keeper =
                new IdentityKeeper(
                        claim,
                        new CertificateClient(dialer)::order,
                        identities,
                        loop,
                        executor,
                        clock,
                        random,
                        jitter,
                        log);
        DestinationQueries queries = new DestinationQueries(loop, clock, unanswered);
        FeedClient feed =
                new FeedClient(claim.name(), dialer, identities, consumer, queries, jitter, log);
        return new ControlLink(identities, keeper, feed, queries);
    }

    /**
     * Begins to obtain a certificate and, once there is one, the configuration.
     *
     * @return see {@link IdentityKeeper#start}
     */
    public CompletableFuture<Identity> start() {
        AtomicBoolean certified = new AtomicBoolean();
        // Not before: a connection under this name would say that its sidecar already runs.
        identities.onChange(_ -> {
            if (certified.compareAndSet(false, true)) {
                feed.start();
            }
        });
        return keeper.start();
    }

    /** The current identity, and news of it. */
    public IdentityHolder identities() {
        return identities;
    }

    /** Finds out where addresses lead. */
    public Destinations destinations() {
        return queries;
    }

    /** Ends both; the identity stays usable. Any thread. */
    public void stop() {
        keeper.stop();
        feed.stop();
    }
}
