package dev.gibbon.sidecar.pod;

import dev.gibbon.core.decision.PodDecider;
import dev.gibbon.core.decision.PodNode;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.Sidecar;
import dev.gibbon.sidecar.control.ControlPlane;
import dev.gibbon.sidecar.control.IdentityKeeper;
import dev.gibbon.sidecar.listener.Limits;
import dev.gibbon.sidecar.listener.ListenerSpec;
import dev.gibbon.sidecar.telemetry.JsonLog;
import dev.gibbon.sidecar.telemetry.Metrics;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The program of the container {@code gibbon-sidecar}. It ends with 0 when it is told to stop, and
 * with 1 and one line on the error output when it cannot start.
 */
public final class PodSidecar {
    /** The application's own idea of how long a connection is kept is hardly longer. */
    private static final Duration IDLE = Duration.ofHours(1);

    private final PodSettings settings;
    private final Path identity;
    private final PodNode ports;

    /**
     * @param identity the directory with {@code token} and {@code roots.pem}
     * @param ports with the pod's addresses
     */
    PodSidecar(PodSettings settings, Path identity, PodNode ports) {
        this.settings = settings;
        this.identity = identity;
        this.ports = ports;
    }

    /** Runs until it is told to stop. */
    public static void main(String[] arguments) {
        System.exit(run(System.getenv(), System.err));
    }

    private static int run(Map<String, String> environment, PrintStream errors) {
        PodSettings settings;
        try {
            settings = new PodSettingsReader(environment).read();
        } catch (InvalidEnvironment e) {
            errors.println("gibbon-sidecar: " + e.getMessage());
            return 1;
        }
        Metrics metrics = new Metrics(version());
        try (LineOutput lines =
                new LineOutput(
                        new FileOutputStream(FileDescriptor.out),
                        LineOutput.CAPACITY,
                        metrics::accessLogDropped)) {
            PodNode node =
                    new PodNode(
                            new HashSet<>(settings.addresses()),
                            PodNode.OUTBOUND,
                            PodNode.INBOUND,
                            PodNode.STATUS);
            new PodSidecar(settings, settings.identity(), node).serve(metrics, lines);
            return 0;
        } catch (IOException e) {
            errors.println("gibbon-sidecar: " + e.getMessage());
            return 1;
        }
    }

    private static String version() {
        String version = PodSidecar.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    private void serve(Metrics metrics, LineOutput lines) throws IOException {
        Log log = new JsonLog(settings.logLevel(), InstantSource.system(), lines);
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicReference<@Nullable Thread> starting = new AtomicReference<>(Thread.currentThread());
        Thread hook =
                Thread.ofPlatform()
                        .unstarted(() -> {
                            stop.countDown();
                            Thread waiting = starting.getAndSet(null);
                            if (waiting != null) {
                                // It may wait for the control plane for ever.
                                waiting.interrupt();
                            }
                            try {
                                stopped.await();
                                lines.close();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            // A JVM that a signal ends says 143; a container that was told to
                            // stop, and has, says 0.
                            Runtime.getRuntime().halt(0);
                        });
        Runtime.getRuntime().addShutdownHook(hook);
        log.info("sidecar starting", "name", settings.name(), "addresses", settings.addresses());
        try (Sidecar sidecar = Sidecar.start(parts(metrics, log, lines))) {
            if (starting.getAndSet(null) != null) {
                log.info("sidecar started", "name", settings.name());
                stop.await();
            }
            log.info("sidecar stopping", "drain", settings.drain());
            sidecar.drain(settings.drain());
        } catch (InterruptedException e) {
            log.info("sidecar was told to stop before it was ready");
        } catch (IOException | RuntimeException e) {
            // This is a failure, which the hook would call a success.
            if (stop.getCount() > 0) {
                Runtime.getRuntime().removeShutdownHook(hook);
            } else {
                stopped.countDown();
            }
            throw e;
        }
        log.info("sidecar stopped");
        stopped.countDown();
    }

    /** What this pod's sidecar is made of. */
    Sidecar.Parts parts(Metrics metrics, Log log, Consumer<String> access) {
        Path token = identity.resolve("token");
        Limits standard = Limits.defaults();
        return new Sidecar.Parts(
                config -> new PodDecider(config, ports),
                new ControlPlane.Cluster(
                        settings.controlPlane().host(),
                        settings.controlPlane().port(),
                        identity.resolve("roots.pem")),
                new IdentityKeeper.Claim(
                        settings.name(),
                        settings.addresses(),
                        List.of(),
                        () -> Files.readString(token).strip(),
                        settings.namespace()),
                listeners(),
                new IpPort(anyAddress(), ports.status()),
                new Probes(
                        settings.probes(),
                        settings.addresses().getFirst(),
                        Executors.newVirtualThreadPerTaskExecutor()),
                null,
                List.of(),
                new Limits(
                        settings.maxConnections(),
                        standard.detectTimeout(),
                        standard.handshakeTimeout(),
                        IDLE,
                        standard.maxRequestLine(),
                        standard.maxHeaders()),
                null,
                false,
                version(),
                metrics,
                log,
                access);
    }

    private boolean hasV6() {
        return settings.addresses().stream().anyMatch(IpAddress::isV6);
    }

    /** One socket for both families, unless the pod has but one. */
    private IpAddress anyAddress() {
        return IpAddress.of(hasV6() ? "::" : "0.0.0.0");
    }

    private List<ListenerSpec> listeners() {
        List<ListenerSpec> listeners = new ArrayList<>();
        List<String> loopbacks = hasV6() ? List.of("127.0.0.1", "::1") : List.of("127.0.0.1");
        for (String loopback : loopbacks) {
            for (int port : new int[] {ports.outbound(), ports.inbound()}) {
                listeners.add(
                        new ListenerSpec(
                                new IpPort(IpAddress.of(loopback), port),
                                ListenerSpec.Kind.POD,
                                false,
                                true));
            }
        }
        return List.copyOf(listeners);
    }
}
