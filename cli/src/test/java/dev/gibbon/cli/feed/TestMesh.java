package dev.gibbon.cli.feed;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.HostCertificateDesk;
import dev.gibbon.controlplane.authority.JoinTokens;
import dev.gibbon.controlplane.authority.SecretDirectory;
import dev.gibbon.controlplane.authority.TokenDocument;
import dev.gibbon.controlplane.authority.WorkloadDocument;
import dev.gibbon.controlplane.feed.FeedServer;
import dev.gibbon.controlplane.feed.FeedServer.Listeners;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.AddressCheck;
import dev.gibbon.core.feed.FeedResource.BundleResource;
import dev.gibbon.core.feed.FeedResource.ServiceResource;
import dev.gibbon.core.feed.FeedResource.SettingsResource;
import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.join.JoinToken;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.control.ApplyResult;
import dev.gibbon.sidecar.control.ControlLink;
import dev.gibbon.sidecar.control.ControlPlane;
import dev.gibbon.sidecar.control.IdentityKeeper.Claim;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A control plane that can be stopped and started, and sidecars' links to it. */
final class TestMesh implements AutoCloseable {
    static final IpAddress ADDRESS = IpAddress.of("127.0.0.5");

    private static final AtomicLong NAMES = new AtomicLong();

    final String localName =
            "gibbon-test-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
    final InstantSource clock = InstantSource.system();
    final WorkloadDocument workloads;
    final JoinTokens tokens;
    final CertificateAuthority authority;
    final AtomicLong revision = new AtomicLong();
    final List<String> serverLog = new CopyOnWriteArrayList<>();
    volatile List<FeedResource> config = List.of();

    private final List<Sidecar> open = new ArrayList<>();
    private int port;
    private @Nullable FeedServer server;

    TestMesh(Path directory, Duration lifetime) throws IOException {
        SecretDirectory secrets = new SecretDirectory(directory.resolve("control-plane"));
        workloads = new WorkloadDocument(secrets);
        tokens = new JoinTokens(new TokenDocument(secrets), new SecureRandom());
        authority = CertificateAuthority.open(secrets, clock, new SecureRandom(), lifetime);
    }

    void startServer() throws IOException {
        FeedServer started =
                FeedServer.start(
                        new Listeners(
                                Optional.of(localName),
                                Optional.of(new IpPort(IpAddress.of("127.0.0.1"), port))),
                        authority,
                        FeedServer.Home.ofHosts(
                                new HostCertificateDesk(authority, tokens, workloads, clock),
                                this::publish),
                        clock,
                        new ListLog(serverLog));
        server = started;
        port = started.remoteAddress().port();
        publish();
    }

    void stopServer() {
        server().close();
    }

    FeedServer server() {
        FeedServer running = server;
        if (running == null) {
            throw new IllegalStateException("startServer() first");
        }
        return running;
    }

    synchronized void publish() {
        List<FeedResource> all = new ArrayList<>(config);
        try {
            all.addAll(workloads.all());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        all.add(new SettingsResource(authority.trustDomain(), AddressCheck.ENFORCE));
        all.add(new BundleResource(authority.bundle()));
        server().publish(all, revision.incrementAndGet());
    }

    ControlPlane local() {
        return new ControlPlane.Local(localName);
    }

    ControlPlane remote(String pin, String secret) {
        return new ControlPlane.Remote("127.0.0.1", port, pin, secret);
    }

    JoinToken token(String name, Duration lifetime, Instant now) throws IOException {
        return tokens.create(
                name, List.of(ADDRESS), lifetime, "127.0.0.1:" + port, authority.pin(), now);
    }

    static Claim claim(String name, @Nullable String secret, IpAddress... addresses) {
        return new Claim(
                name,
                List.of(addresses),
                List.of(new WorkloadAddress(addresses[0], Set.of(19000))),
                secret);
    }

    Sidecar sidecar(ControlPlane controlPlane, Claim claim) {
        return sidecar(controlPlane, claim, _ -> new ApplyResult.Applied());
    }

    Sidecar sidecar(
            ControlPlane controlPlane, Claim claim, Function<FeedConfig, ApplyResult> consumer) {
        Sidecar sidecar = new Sidecar(controlPlane, claim, consumer, clock);
        open.add(sidecar);
        return sidecar;
    }

    static ServiceResource service(String name) {
        return new ServiceResource(
                new Service(
                        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                        1,
                        1,
                        name,
                        5,
                        Protocol.TCP,
                        "127.0.0.5",
                        19000,
                        null,
                        60_000,
                        60_000,
                        60_000,
                        null,
                        null));
    }

    /** Waits for a fact, at most ten seconds. */
    static void await(String fact, BooleanSupplier holds) throws InterruptedException {
        Instant deadline = Instant.now().plusSeconds(10);
        while (!holds.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("still not so after 10 s: " + fact);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() {
        for (Sidecar one : open) {
            one.close();
        }
        FeedServer running = server;
        if (running != null) {
            running.close();
        }
    }

    /** One sidecar's link, with what it was told. */
    static final class Sidecar implements AutoCloseable {
        final List<FeedConfig> applied = new CopyOnWriteArrayList<>();
        final List<String> log = new CopyOnWriteArrayList<>();
        final ControlLink link;

        private final MultiThreadIoEventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

        Sidecar(
                ControlPlane controlPlane,
                Claim claim,
                Function<FeedConfig, ApplyResult> consumer,
                InstantSource clock) {
            link =
                    ControlLink.create(
                            controlPlane,
                            claim,
                            (EventLoop) loops.next(),
                            DefaultAddressResolverGroup.INSTANCE,
                            executor,
                            clock,
                            config -> {
                                ApplyResult result = consumer.apply(config);
                                if (result instanceof ApplyResult.Applied) {
                                    applied.add(config);
                                }
                                return result;
                            },
                            () -> {},
                            new ListLog(log));
        }

        List<String> services() {
            return applied.isEmpty()
                    ? List.of()
                    : applied.getLast().services().stream()
                            .map(service -> String.valueOf(service.name()))
                            .toList();
        }

        @Override
        public void close() {
            link.stop();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS)
                    .awaitUninterruptibly(2, TimeUnit.SECONDS);
            executor.shutdownNow();
        }
    }

    /** Keeps what was logged. */
    record ListLog(List<String> lines) implements Log {
        @Override
        public boolean isEnabled(Level level) {
            return true;
        }

        @Override
        public void log(Level level, String message, @Nullable Object... keyValues) {
            lines.add(level + " " + message + " " + Arrays.toString(keyValues));
        }
    }
}
