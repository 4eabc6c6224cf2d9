package dev.gibbon.controlplane.feed;

import dev.gibbon.controlplane.authority.Applicant;
import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.CertificateDesk;
import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedSnapshot;
import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Errors;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves the feed and certificates to sidecars. {@link #publish} and {@link #sidecars} may be
 * called by any thread; a slow sidecar holds up neither the caller nor the others.
 */
// A connection whose write or close fails ends in channelInactive, where that is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
public final class FeedServer implements AutoCloseable {
    /** The name of the Unix socket, in the abstract name space of the network namespace. */
    public static final String LOCAL_NAME = "gibbon/control-plane";

    /** The port for sidecars on other hosts. */
    public static final int DEFAULT_PORT = 8005;

    private static final Duration FIRST_MESSAGE_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_ORDER = 64 * 1024;
    private static final int EADDRINUSE = -98;

    private final Home home;
    private final InstantSource clock;
    private final Log log;
    private final FeedHub hub = new FeedHub();
    private final SidecarRegister register = new SidecarRegister();
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable Channel remote;
    private volatile @Nullable ServerIdentity ownIdentity;

    /**
     * Where to listen.
     *
     * @param localName of the Unix socket, without the leading NUL; empty for none
     * @param remote of the TCP listener; empty for none
     */
    public record Listeners(Optional<String> localName, Optional<IpPort> remote) {}

    /**
     * What differs between plain hosts and Kubernetes.
     *
     * @param desk answers orders for certificates
     * @param names says who may call himself what
     * @param membershipChanged called when the desk says so, on a virtual thread: the caller
     *     publishes anew
     * @param report what another replica of this control plane is told; null where there is none
     */
    public record Home(
            CertificateDesk desk,
            PeerNames names,
            Runnable membershipChanged,
            @Nullable Supplier<byte[]> report) {
        /** The home of sidecars on plain hosts. */
        public static Home ofHosts(CertificateDesk desk, Runnable membershipChanged) {
            return new Home(desk, PeerNames.HOSTS, membershipChanged, null);
        }
    }

    private FeedServer(Home home, InstantSource clock, Log log) {
        this.home = home;
        this.clock = clock;
        this.log = log;
    }

    /**
     * Starts to listen. Sidecars that connect before the first {@link #publish} wait for it.
     *
     * @throws IOException when a listener cannot be opened; nothing is left open
     */
    public static FeedServer start(
            Listeners listeners,
            CertificateAuthority authority,
            Home home,
            InstantSource clock,
            Log log)
            throws IOException {
        FeedServer server = new FeedServer(home, clock, log);
        try {
            home.desk().expectRegistered(server.register);
            if (listeners.localName().isPresent()) {
                server.listenLocally(listeners.localName().get());
            }
            if (listeners.remote().isPresent()) {
                server.listenRemotely(listeners.remote().get(), authority);
            }
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void listenLocally(String name) throws IOException {
        LocalPeers peers = LocalPeers.ofThisProcess();
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(EpollServerDomainSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<EpollDomainSocketChannel>() {
                                    // A peer whose user cannot be read is closed by the base class.
                                    @Override
                                    protected void initChannel(EpollDomainSocketChannel channel)
                                            throws IOException {
                                        Applicant applicant = peers.applicant(channel, log);
                                        channels.add(channel);
                                        channel.pipeline()
                                                .addLast(firstMessageTimeout())
                                                .addLast(feedOrHttp(applicant));
                                    }
                                });
        bind(bootstrap, new DomainSocketAddress("\0" + name), "unix:@" + name);
    }

    private void listenRemotely(IpPort address, CertificateAuthority authority) throws IOException {
        ServerIdentity identity = new ServerIdentity(authority, new SecureRandom());
        RemotePeers peers =
                new RemotePeers(identity, new MemberTrust(authority, clock), executor, log);
        ownIdentity = identity;
        Duration renewal = authority.lifetime().dividedBy(2);
        loops.next()
                .scheduleAtFixedRate(
                        () -> executor.execute(this::renewIdentity),
                        renewal.toMillis(),
                        renewal.toMillis(),
                        TimeUnit.MILLISECONDS);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(EpollServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        // A host that vanished is noticed after about half a minute.
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(EpollChannelOption.TCP_KEEPIDLE, 15)
                        .childOption(EpollChannelOption.TCP_KEEPINTVL, 5)
                        .childOption(EpollChannelOption.TCP_KEEPCNT, 3)
                        .childOption(EpollChannelOption.TCP_USER_TIMEOUT, 30_000)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channels.add(channel);
                                        channel.pipeline().addLast(firstMessageTimeout());
                                        peers.admit(
                                                channel,
                                                (pipeline, identity) ->
                                                        feed(pipeline, Optional.of(identity)),
                                                FeedServer.this::http);
                                    }
                                });
        remote = bind(bootstrap, address.toSocketAddress(), address.toString());
    }

    /**
     * Has the certificate that the TCP listener shows signed anew, e.g. because the authority signs
     * with another key from now on. Not on an event loop.
     */
    public void renewIdentity() {
        ServerIdentity identity = ownIdentity;
        try {
            if (identity != null) {
                identity.renew();
            }
        } catch (IllegalStateException e) {
            log.error(
                    "the control plane's own certificate could not be renewed",
                    "cause",
                    String.valueOf(e.getMessage()));
        }
    }

    private Channel bind(ServerBootstrap bootstrap, SocketAddress address, String shown)
            throws IOException {
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new IOException(
                    "feed: cannot listen on "
                            + shown
                            + " ("
                            + reason(cause)
                            + "); does another control plane run here?",
                    cause);
        }
        channels.add(bound.channel());
        String opened =
                bound.channel().localAddress() instanceof InetSocketAddress inet
                        ? IpPort.of(inet).toString()
                        : shown;
        log.info("feed listens", "address", opened);
        return bound.channel();
    }

    private static String reason(@Nullable Throwable cause) {
        if (cause instanceof Errors.NativeIoException failed
                && failed.expectedErr() == EADDRINUSE) {
            return "the address is in use";
        }
        return cause == null ? "cancelled" : String.valueOf(cause.getMessage());
    }

    private static ReadTimeoutHandler firstMessageTimeout() {
        return new ReadTimeoutHandler(FIRST_MESSAGE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    /** The feed is for admitted peers only; orders of others are answered why they are not. */
    private FeedOrHttp feedOrHttp(Applicant applicant) {
        return new FeedOrHttp(
                ctx -> {
                    if (applicant instanceof Applicant.Local) {
                        feed(ctx.pipeline(), Optional.empty());
                    } else {
                        ctx.close();
                    }
                },
                ctx -> http(ctx.pipeline(), applicant));
    }

    private void feed(ChannelPipeline pipeline, Optional<PeerIdentity> identity) {
        FeedPeer peer =
                new FeedPeer(
                        hub,
                        register,
                        name -> bears(identity, name),
                        identity.map(one -> one.id().toString()).orElse("local"),
                        clock,
                        log);
        pipeline.addLast(new LineBasedFrameDecoder(FeedCodec.MAX_LINE, true, true))
                .addLast(new FeedHandler(peer, new InTurn(executor), log));
    }

    /** A peer on this host is believed. */
    private boolean bears(Optional<PeerIdentity> identity, String name) throws IOException {
        return identity.isPresent()
                ? home.names().bears(identity.get(), name)
                : SpiffeId.isHostName(name);
    }

    private void http(ChannelPipeline pipeline, Applicant applicant) {
        pipeline.addLast(new HttpServerCodec()).addLast(new OrderAggregator());
        Supplier<byte[]> report = home.report();
        if (report != null
                && applicant instanceof Applicant.Member(PeerIdentity identity)
                && MemberTrust.isControlPlane(identity)) {
            pipeline.addLast(new ReplicaHandler(report, executor));
        }
        pipeline.addLast(
                new CertificateHandler(
                        home.desk(), applicant, register, home.membershipChanged(), executor, log));
    }

    /**
     * Replaces what the sidecars are to run. Sidecars are sent what has changed for them; equal
     * content costs a line.
     *
     * @param revision larger than the one before
     * @throws IllegalArgumentException when two resources have one key, or one is too long for a
     *     line; then nothing changes
     */
    public void publish(Collection<FeedResource> resources, long revision) {
        publish(Publication.toAll(FeedSnapshot.of(revision, resources)));
    }

    /** Replaces what the sidecars are to run by something that may differ between them. */
    public void publish(Publication publication) {
        hub.publish(publication);
    }

    /** Forgets the sidecars that are not connected and for whose names this says so. */
    public void forget(Predicate<String> gone) {
        register.forget(gone);
    }

    /** The sidecars that are or were connected or certified since the start, by name. */
    public List<SidecarStatus> sidecars() {
        return register.all();
    }

    /** No longer shows a sidecar that is not connected; one that is stays. */
    public void forget(String name) {
        register.forget(name);
    }

    /**
     * Where the TCP listener is, its port filled in.
     *
     * @throws IllegalStateException when there is none
     */
    public IpPort remoteAddress() {
        Channel listener = remote;
        if (listener == null || !(listener.localAddress() instanceof InetSocketAddress address)) {
            throw new IllegalStateException("no TCP listener");
        }
        return IpPort.of(address);
    }

    /** Closes listeners and connections; waits for at most a few seconds. */
    @Override
    public void close() {
        channels.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        executor.shutdownNow();
    }

    /** Ends the connection of an order that is too long, instead of waiting for the next one. */
    private static final class OrderAggregator extends HttpObjectAggregator {
        OrderAggregator() {
            super(MAX_ORDER);
        }

        @Override
        protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized)
                throws Exception {
            super.handleOversizedMessage(ctx, oversized);
            ctx.close();
        }
    }
}
