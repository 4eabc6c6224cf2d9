package dev.gibbon.cli.node;

import dev.gibbon.cli.ProgramVersion;
import dev.gibbon.cli.daemon.Prefix;
import dev.gibbon.controlplane.ControlPlane;
import dev.gibbon.controlplane.admin.AdminListener;
import dev.gibbon.controlplane.admin.Node;
import dev.gibbon.controlplane.authority.SecretDirectory;
import dev.gibbon.controlplane.feed.FeedServer;
import dev.gibbon.controlplane.store.SqliteConfigStore;
import dev.gibbon.controlplane.store.StoreException;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.setting.NodeSettings;
import dev.gibbon.sidecar.Sidecar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node that runs: a control plane, a sidecar, or both in one process. */
final class MeshNode implements AutoCloseable {
    private final @Nullable ControlPlane controlPlane;
    private final @Nullable Sidecar sidecar;

    private final String sources;

    private MeshNode(
            @Nullable ControlPlane controlPlane, @Nullable Sidecar sidecar, String sources) {
        this.controlPlane = controlPlane;
        this.sidecar = sidecar;
        this.sources = sources;
    }

    /**
     * Starts what the settings ask for.
     *
     * @throws IOException with one sentence when it cannot; nothing is left running
     */
    static MeshNode start(NodeSettings settings, Prefix prefix, NodeLogs logs)
            throws IOException, InterruptedException {
        ServerCertificate certificate = ServerCertificate.of(settings);
        String sources = settings.isProxy() ? SourceCheck.check(settings, logs.log()) : "";
        ControlPlane controlPlane =
                settings.isControlPlane()
                        ? controlPlane(settings, prefix, certificate, logs)
                        : null;
        try {
            Sidecar sidecar =
                    settings.isProxy()
                            ? Sidecar.start(SidecarParts.of(settings, certificate, logs))
                            : null;
            return new MeshNode(controlPlane, sidecar, sources);
        } catch (IOException | RuntimeException | InterruptedException e) {
            if (controlPlane != null) {
                controlPlane.close();
            }
            throw e;
        }
    }

    private static ControlPlane controlPlane(
            NodeSettings settings, Prefix prefix, ServerCertificate certificate, NodeLogs logs)
            throws IOException {
        Files.createDirectories(prefix.authority());
        SqliteConfigStore store = open(prefix.database(), logs.log());
        try {
            return ControlPlane.start(
                    new ControlPlane.Parts(
                            store,
                            new SecretDirectory(prefix.authority()),
                            settings.certificateLifetime(),
                            new FeedServer.Listeners(
                                    Optional.of(FeedServer.LOCAL_NAME),
                                    settings.feedListen().stream()
                                            .map(listener -> listener.address())
                                            .findFirst()),
                            settings.adminListen().stream()
                                    .map(listener ->
                                            new AdminListener(
                                                    listener.address().ip(),
                                                    listener.address().port(),
                                                    listener.ssl()))
                                    .toList(),
                            certificate.context(),
                            describe(settings),
                            logs.access()),
                    InstantSource.system(),
                    logs.log());
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static SqliteConfigStore open(Path database, Log log) throws IOException {
        try {
            return SqliteConfigStore.open(database, log);
        } catch (StoreException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Node describe(NodeSettings settings) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("prefix", settings.prefix().toString());
        configuration.put("proxy_listen", texts(settings.proxyListen()));
        configuration.put("stream_listen", texts(settings.streamListen()));
        configuration.put("admin_listen", texts(settings.adminListen()));
        configuration.put("feed_listen", texts(settings.feedListen()));
        configuration.put("mesh", settings.mesh().toString().toLowerCase(java.util.Locale.ROOT));
        return new Node(ProgramVersion.text(), UUID.randomUUID(), hostName(), configuration);
    }

    private static java.util.List<String> texts(java.util.List<?> values) {
        return values.stream().map(Object::toString).toList();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /**
     * What the operator should know: what the node still waits for before it serves, what is
     * doubtful in its settings. One line; empty for nothing.
     */
    String remarks() {
        return Stream.of(sources, sidecar == null ? "" : sidecar.missing())
                .filter(remark -> !remark.isEmpty())
                .collect(Collectors.joining("; "));
    }

    /** Takes no further connections, and waits for open ones to end, at most so long. */
    void drain(Duration limit) {
        if (sidecar != null) {
            sidecar.drain(limit);
        }
    }

    @Override
    public void close() {
        if (sidecar != null) {
            sidecar.close();
        }
        if (controlPlane != null) {
            controlPlane.close();
        }
    }
}
