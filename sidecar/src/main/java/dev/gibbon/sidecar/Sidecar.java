package dev.gibbon.sidecar;

import dev.gibbon.core.decision.ConfigSnapshot;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.SnapshotCompiler;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.identity.KnownPeers;
import dev.gibbon.core.identity.PeerCheck;
import dev.gibbon.core.identity.PeerVerdict;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.control.ApplyResult;
import dev.gibbon.sidecar.control.ControlLink;
import dev.gibbon.sidecar.control.ControlPlane;
import dev.gibbon.sidecar.control.Identity;
import dev.gibbon.sidecar.control.IdentityKeeper;
import dev.gibbon.sidecar.control.OrderRefusedException;
import dev.gibbon.sidecar.control.OtherAuthorityException;
import dev.gibbon.sidecar.epoll.EpollLoops;
import dev.gibbon.sidecar.http.HttpFrontend;
import dev.gibbon.sidecar.listener.Limits;
import dev.gibbon.sidecar.listener.ListenException;
import dev.gibbon.sidecar.listener.ListenerSpec;
import dev.gibbon.sidecar.status.ApplicationHealth;
import dev.gibbon.sidecar.status.Readiness;
import dev.gibbon.sidecar.status.StatusServer;
import dev.gibbon.sidecar.telemetry.JsonAccessLog;
import dev.gibbon.sidecar.telemetry.Metrics;
import dev.gibbon.sidecar.telemetry.TelemetryTee;
import dev.gibbon.sidecar.tls.MeshIdentity;
import dev.gibbon.sidecar.tls.PeerVerifier.Verdict;
import dev.gibbon.sidecar.upstream.DnsHostResolver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A running sidecar: the data path, with the configuration and the identity that the control plane
 * gives. It serves with what it has while the control plane is away, and refuses everything before
 * it has heard from it. Started and closed by one thread, never an event loop.
 */
public final class Sidecar implements AutoCloseable {
    /** Two loops serve a sidecar; more would cost each pod memory for cores that it rarely has. */
    private static final int MAX_LOOPS = 2;

    /** A few kilobytes each; most pods talk with fewer. */
    private static final int KNOWN_PEERS = 256;

    private final Parts parts;
    private final InstantSource clock = InstantSource.system();
    private final KnownPeers peers = new KnownPeers(KNOWN_PEERS);
    private final EventLoopGroup loops;
    private final EventLoopGroup controlLoop;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final DnsHostResolver resolver;
    private final Metrics metrics;
    private final ControlLink link;
    private final DataPath dataPath;
    private final CountDownLatch configured = new CountDownLatch(1);
    private volatile @Nullable HttpFrontend http;
    private volatile @Nullable StatusServer status;
    private volatile boolean listening;
    private volatile Set<IpPort> endpoints = Set.of();
    private volatile Decisions decider;
    private volatile @Nullable Identity identity;
    private volatile @Nullable MeshIdentity meshIdentity;

    /**
     * What a sidecar is made of.
     *
     * @param role what decides, given a configuration
     * @param patience how long a start waits for certificate and configuration before it goes on
     *     without; null for as long as it takes, listening for nothing but questions about its
     *     status
     * @param mark whether what goes to the application is marked for the rules of {@code gibbon
     *     capture}
     * @param status where metrics and health are served; null for nowhere
     * @param application answers what is asked about the application, beside metrics and health
     * @param upstreamAuthorities what certificates of verified upstreams must lead to; empty for
     *     the JDK's own
     * @param metrics counts, also what others count for this sidecar
     * @param access takes access-log lines; never blocks
     */
    public record Parts(
            Function<ConfigSnapshot, Decisions> role,
            ControlPlane controlPlane,
            IdentityKeeper.Claim claim,
            List<ListenerSpec> listeners,
            @Nullable IpPort status,
            ApplicationHealth application,
            DataPath.@Nullable DefaultCertificate certificate,
            List<X509Certificate> upstreamAuthorities,
            Limits limits,
            @Nullable Duration patience,
            boolean mark,
            String version,
            Metrics metrics,
            Log log,
            Consumer<String> access) {
        public Parts {
            listeners = List.copyOf(listeners);
            upstreamAuthorities = List.copyOf(upstreamAuthorities);
        }
    }

    private Sidecar(Parts parts) throws IOException {
        this.parts = parts;
        this.metrics = parts.metrics();
        this.decider = parts.role().apply(ConfigSnapshot.empty());
        this.loops =
                EpollLoops.start(Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors()));
        this.controlLoop = EpollLoops.start(1);
        this.resolver = new DnsHostResolver(loops);
        this.link =
                ControlLink.create(
                        parts.controlPlane(),
                        parts.claim(),
                        controlLoop.next(),
                        resolver(parts.controlPlane()),
                        executor,
                        clock,
                        this::apply,
                        metrics::destinationUnanswered,
                        parts.log());
        link.identities().onChange(this::identityChanged);
        TelemetryTee telemetry =
                new TelemetryTee(List.of(metrics, new JsonAccessLog(parts.access())));
        this.dataPath =
                new DataPath(
                        new DataPath.Parts(
                                loops,
                                () -> decider,
                                () -> meshIdentity,
                                this::verify,
                                parts.certificate(),
                                link.destinations(),
                                parts.upstreamAuthorities(),
                                telemetry,
                                parts.log(),
                                parts.limits(),
                                resolver,
                                parts.mark()),
                        (connector, balancer) -> {
                            HttpFrontend frontend =
                                    new HttpFrontend(
                                            () -> decider,
                                            connector,
                                            balancer,
                                            link.destinations(),
                                            telemetry,
                                            parts.limits(),
                                            parts.version());
                            http = frontend;
                            return frontend;
                        });
    }

    /** A cluster's names change, and must not be waited for by the loop that keeps deadlines. */
    private static AddressResolverGroup<InetSocketAddress> resolver(ControlPlane controlPlane) {
        return controlPlane instanceof ControlPlane.Cluster
                ? new DnsAddressResolverGroup(
                        EpollDatagramChannel.class,
                        DnsServerAddressStreamProviders.platformDefault())
                : DefaultAddressResolverGroup.INSTANCE;
    }

    /**
     * Starts one: obtains certificate and configuration, and listens. Without a control plane it
     * starts all the same, and takes up both when there is one.
     *
     * @throws IOException with one sentence when a listener cannot be opened, or the control plane
     *     refuses the sidecar or is not the one of its join token; nothing is left running
     */
    public static Sidecar start(Parts parts) throws IOException, InterruptedException {
        Sidecar sidecar = new Sidecar(parts);
        try {
            // A client that comes in between would be answered out of an empty configuration.
            // Who asks meanwhile is told what it waits for.
            sidecar.openStatus();
            sidecar.join();
            sidecar.open();
            return sidecar;
        } catch (IOException | RuntimeException | InterruptedException e) {
            sidecar.close();
            throw e;
        }
    }

    private void open() throws IOException {
        try {
            dataPath.open(parts.listeners());
        } catch (ListenException e) {
            throw new IOException(e.getMessage(), e);
        }
        listening = true;
    }

    private void openStatus() throws IOException {
        IpPort address = parts.status();
        if (address != null) {
            status =
                    StatusServer.open(
                            controlLoop,
                            EpollServerSocketChannel.class,
                            address,
                            metrics::print,
                            this::readiness,
                            parts.application());
        }
    }

    private void join() throws IOException, InterruptedException {
        CompletableFuture<Identity> first = link.start();
        Duration patience = parts.patience();
        if (patience == null) {
            configured.await();
            return;
        }
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            first.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (configured.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OrderRefusedException refused) {
                throw new IOException("the control plane refuses: " + refused.getMessage(), e);
            }
            if (e.getCause() instanceof OtherAuthorityException other) {
                throw new IOException(parts.controlPlane() + ": " + other.getMessage(), e);
            }
            parts.log().warn("certificate could not be obtained yet", "error", e);
        } catch (TimeoutException e) {
            parts.log().warn("control plane does not answer yet", "waited", patience);
            return;
        }
        parts.log().warn("no configuration yet", "waited", patience);
    }

    /** Endpoints that drain, or that are none any more, get no further request. */
    private void leaveEndpoints(ConfigSnapshot snapshot) {
        HttpFrontend frontend = http;
        if (frontend == null) {
            return;
        }
        Set<IpPort> before = endpoints;
        endpoints = snapshot.endpoints();
        Set<IpPort> gone = new HashSet<>(before);
        gone.removeAll(endpoints);
        frontend.leave(address ->
                gone.contains(address)
                        || snapshot.endpoint(address).filter(Endpoint::draining).isPresent());
    }

    /** What it still waits for before it serves, one sentence; empty for nothing. */
    public String missing() {
        List<String> missing = readiness().missing();
        return missing.isEmpty()
                ? ""
                : "not ready yet: "
                        + String.join("; ", missing)
                        + " (is the control plane running?)";
    }

    private Readiness readiness() {
        return new Readiness(listening, configured.getCount() == 0, identity != null, false);
    }

    private ApplyResult apply(FeedConfig config) {
        try {
            ConfigSnapshot snapshot = SnapshotCompiler.compile(config);
            decider = parts.role().apply(snapshot);
            leaveEndpoints(snapshot);
            metrics.configApplied(snapshot.revision());
            configured.countDown();
            return new ApplyResult.Applied();
        } catch (IllegalArgumentException e) {
            metrics.configRejected();
            return new ApplyResult.Rejected(String.valueOf(e.getMessage()));
        }
    }

    private void identityChanged(Identity changed) {
        meshIdentity =
                new MeshIdentity(changed.key(), changed.certificates(), changed.bundle().roots());
        identity = changed;
        metrics.certificateExpires(changed.notAfter());
    }

    private Verdict verify(List<X509Certificate> chain, @Nullable IpAddress source) {
        Identity own = identity;
        if (own == null) {
            return new Verdict.Rejected("no_bundle", "this sidecar has not got a trust bundle yet");
        }
        PeerVerdict ofChain = peers.checkChain(chain, own.bundle(), clock.instant());
        return switch (source == null ? ofChain : PeerCheck.from(source, ofChain)) {
            case PeerVerdict.Trusted trusted ->
                    new Verdict.Trusted(trusted.identity().id().toString());
            case PeerVerdict.Rejected rejected ->
                    new Verdict.Rejected(rejected.reason().label(), rejected.detail());
        };
    }

    /** Takes no further connections, and waits for open ones to end, at most so long. */
    public void drain(Duration limit) {
        listening = false;
        HttpFrontend frontend = http;
        if (frontend != null) {
            frontend.drain();
        }
        dataPath.drain(limit);
    }

    @Override
    public void close() {
        listening = false;
        link.stop();
        dataPath.close();
        StatusServer server = status;
        if (server != null) {
            server.close();
        }
        resolver.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        controlLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        executor.shutdownNow();
    }
}
