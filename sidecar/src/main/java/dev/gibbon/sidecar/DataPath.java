package dev.gibbon.sidecar;

import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.log.Log;
import dev.gibbon.sidecar.listener.HttpEntry;
import dev.gibbon.sidecar.listener.Limits;
import dev.gibbon.sidecar.listener.ListenException;
import dev.gibbon.sidecar.listener.Listener;
import dev.gibbon.sidecar.listener.ListenerSpec;
import dev.gibbon.sidecar.stream.LiveConnections;
import dev.gibbon.sidecar.stream.Surroundings;
import dev.gibbon.sidecar.telemetry.Telemetry;
import dev.gibbon.sidecar.tls.DefaultServerTls;
import dev.gibbon.sidecar.tls.MeshIdentity;
import dev.gibbon.sidecar.tls.MeshServerTls;
import dev.gibbon.sidecar.tls.PeerVerifier;
import dev.gibbon.sidecar.tls.UpstreamHandshakes;
import dev.gibbon.sidecar.upstream.Balancer;
import dev.gibbon.sidecar.upstream.Connector;
import dev.gibbon.sidecar.upstream.Destinations;
import dev.gibbon.sidecar.upstream.EpollConnector;
import dev.gibbon.sidecar.upstream.HostResolver;
import dev.gibbon.sidecar.upstream.OwnConnections;
import io.netty.channel.EventLoopGroup;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The data path of one sidecar: listeners, and all that happens to what they accept. Opened and
 * closed by one thread, never an event loop.
 */
public final class DataPath implements AutoCloseable {

    /** The certificate that clients see who speak TLS but are not of the mesh. */
    public record DefaultCertificate(PrivateKey key, List<X509Certificate> chain) {
        public DefaultCertificate {
            chain = List.copyOf(chain);
        }

        @Override
        public String toString() {
            return "DefaultCertificate[" + chain.getFirst().getSubjectX500Principal() + "]";
        }
    }

    /**
     * What the data path is given.
     *
     * @param loops made by {@link dev.gibbon.sidecar.epoll.EpollLoops}; not shut down by the data
     *     path
     * @param decider asked once for each connection
     * @param identity the current mesh certificate; gives null before there is one
     * @param certificate null where no TLS of clients ends
     * @param destinations finds out where addresses lead
     * @param upstreamAuthorities what certificates of verified upstreams must lead to; empty for
     *     the JDK's own
     * @param mark whether sockets to the application are marked for the rules of {@code gibbon
     *     capture}
     */
    public record Parts(
            EventLoopGroup loops,
            Supplier<? extends Decisions> decider,
            Supplier<@Nullable MeshIdentity> identity,
            PeerVerifier verifier,
            @Nullable DefaultCertificate certificate,
            Destinations destinations,
            List<X509Certificate> upstreamAuthorities,
            Telemetry telemetry,
            Log log,
            Limits limits,
            HostResolver resolver,
            boolean mark) {
        public Parts {
            upstreamAuthorities = List.copyOf(upstreamAuthorities);
        }
    }

    /** Makes the entry for HTTP connections. */
    @FunctionalInterface
    public interface Http {

        /**
         * @param connector reaches upstreams
         * @param balancer chooses among endpoints
         */
        HttpEntry entry(Connector connector, Balancer balancer);
    }

    private static final Duration POLL = Duration.ofMillis(10);
    // How long the event loops may take to reset what is left.
    private static final Duration RESETS = Duration.ofSeconds(1);

    private final Parts parts;
    private final LiveConnections live;
    private final @Nullable DefaultServerTls defaultTls;
    private final MeshServerTls meshTls;
    private final UpstreamHandshakes handshakes;
    private final EpollConnector connector;
    private final Surroundings surroundings;
    private final List<Listener> listeners = new ArrayList<>();

    /**
     * @throws SSLException when the default certificate or the authorities cannot be used
     */
    public DataPath(Parts parts, Http http) throws SSLException {
        this.parts = parts;
        this.live = new LiveConnections(parts.limits().maxConnections());
        DefaultCertificate certificate = parts.certificate();
        this.defaultTls =
                certificate == null
                        ? null
                        : new DefaultServerTls(certificate.key(), certificate.chain());
        this.meshTls = new MeshServerTls(parts.identity(), parts.verifier());
        this.handshakes =
                new UpstreamHandshakes(
                        parts.identity(),
                        parts.verifier(),
                        parts.upstreamAuthorities(),
                        parts.limits().handshakeTimeout());
        OwnConnections own = new OwnConnections();
        this.connector =
                new EpollConnector(
                        parts.resolver(), handshakes, parts.telemetry(), parts.mark(), own);
        Balancer balancer = new Balancer(() -> ThreadLocalRandom.current().nextLong());
        this.surroundings =
                new Surroundings(
                        parts.decider(),
                        connector,
                        balancer,
                        parts.destinations(),
                        own,
                        defaultTls,
                        meshTls,
                        http.entry(connector, balancer),
                        parts.telemetry(),
                        parts.log(),
                        parts.limits(),
                        Clock.systemUTC());
    }

    /**
     * Opens listeners; what was opened before stays open when one fails.
     *
     * @return one for each, in order
     */
    public List<Listener> open(List<ListenerSpec> specs) throws ListenException {
        List<Listener> opened = new ArrayList<>();
        for (ListenerSpec spec : specs) {
            Listener listener = Listener.open(parts.loops(), spec, surroundings, live);
            listeners.add(listener);
            opened.add(listener);
            parts.log()
                    .info(
                            "listening",
                            "address",
                            listener.address(),
                            "kind",
                            spec.kind(),
                            "transparent",
                            spec.transparent());
        }
        return List.copyOf(opened);
    }

    /** Reaches upstreams as this data path does. */
    public Connector connector() {
        return connector;
    }

    /** The number of accepted connections. */
    public int connections() {
        return live.count();
    }

    /**
     * Stops accepting, then waits until all connections have ended, at most so long, and ends those
     * that are left with a reset. Sidecars that keep idle legs to this one are asked to end them.
     */
    public void drain(Duration atMost) {
        List<Listener> inPod =
                listeners.stream()
                        .filter(listener -> listener.spec().kind() == ListenerSpec.Kind.POD)
                        .toList();
        if (!inPod.isEmpty()) {
            // Behind the rules of a pod, a connection that nobody listens for would be dropped
            // without a word, and its client would wait; a reset sends it to another endpoint at
            // once.
            live.refuse();
        }
        listeners.removeAll(inPod);
        listeners.forEach(Listener::close);
        live.tellStopping();
        awaitNoConnections(atMost);
        inPod.forEach(Listener::close);
        listeners.clear();
        live.stopAll();
        awaitNoConnections(RESETS);
    }

    private void awaitNoConnections(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (live.count() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Stops at once. */
    @Override
    public void close() {
        drain(Duration.ZERO);
        if (defaultTls != null) {
            defaultTls.close();
        }
        meshTls.close();
        handshakes.close();
    }
}
