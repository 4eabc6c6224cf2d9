package dev.gibbon.cli.node;

import dev.gibbon.cli.ProgramVersion;
import dev.gibbon.controlplane.feed.FeedServer;
import dev.gibbon.core.decision.Decider;
import dev.gibbon.core.decision.LocalNode;
import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.join.JoinToken;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.setting.HostPort;
import dev.gibbon.core.setting.Listener;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.core.setting.NodeSettings;
import dev.gibbon.core.setting.Origin;
import dev.gibbon.core.setting.Secret;
import dev.gibbon.core.setting.SourceAddress;
import dev.gibbon.sidecar.DataPath;
import dev.gibbon.sidecar.Sidecar;
import dev.gibbon.sidecar.control.ControlPlane;
import dev.gibbon.sidecar.control.IdentityKeeper;
import dev.gibbon.sidecar.listener.Limits;
import dev.gibbon.sidecar.listener.ListenerSpec;
import dev.gibbon.sidecar.status.ApplicationHealth;
import dev.gibbon.sidecar.telemetry.Metrics;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Translates a node's settings into what a sidecar is made of. */
final class SidecarParts {
    /** How long a start waits for the control plane before it goes on without. */
    private static final Duration FIRST_CONTACT = Duration.ofSeconds(5);

    private SidecarParts() {}

    static Sidecar.Parts of(NodeSettings settings, ServerCertificate certificate, NodeLogs logs)
            throws IOException {
        List<ListenerSpec> listeners = new ArrayList<>();
        for (Listener listener : settings.proxyListen()) {
            listeners.add(spec(listener, ListenerSpec.Kind.HTTP));
        }
        for (Listener listener : settings.streamListen()) {
            listeners.add(spec(listener, ListenerSpec.Kind.STREAM));
        }
        List<X509Certificate> authorities = ServerCertificate.upstreamAuthorities(settings);
        Limits standard = Limits.defaults();
        LocalNode node = localNode(settings);
        return new Sidecar.Parts(
                config -> new Decider(config, node),
                controlPlane(settings),
                claim(settings),
                listeners,
                settings.statusListen().stream().map(Listener::address).findFirst().orElse(null),
                ApplicationHealth.NONE,
                new DataPath.DefaultCertificate(certificate.key(), certificate.chain()),
                authorities == null ? List.of() : authorities,
                new Limits(
                        DescriptorLimit.ofThisProcess()
                                .connections(settings.maxConnections(), logs.log()),
                        settings.handshakeTimeout(),
                        settings.handshakeTimeout(),
                        standard.idleTimeout(),
                        standard.maxRequestLine(),
                        standard.maxHeaders()),
                FIRST_CONTACT,
                // Marking needs the capability that transparent listeners need.
                listeners.stream().anyMatch(ListenerSpec::transparent),
                ProgramVersion.text(),
                new Metrics(ProgramVersion.text()),
                logs.log(),
                logs.access());
    }

    private static ListenerSpec spec(Listener listener, ListenerSpec.Kind kind) {
        return new ListenerSpec(listener.address(), kind, listener.ssl(), listener.transparent());
    }

    private static LocalNode localNode(NodeSettings settings) {
        List<IpPort> own = new ArrayList<>();
        settings.proxyListen().forEach(listener -> own.add(listener.address()));
        settings.streamListen().forEach(listener -> own.add(listener.address()));
        List<AddressBlock> workload =
                settings.workload().stream()
                        .map(address ->
                                new AddressBlock(
                                        new CidrBlock(address.ip(), address.ip().bits()),
                                        address.port()))
                        .toList();
        List<dev.gibbon.core.decision.Origin> origins = new ArrayList<>();
        for (Map.Entry<Origin, Origin> entry : settings.origins().entrySet()) {
            Origin from = entry.getKey();
            Origin to = entry.getValue();
            origins.add(
                    new dev.gibbon.core.decision.Origin(
                            from.scheme(),
                            from.host(),
                            from.port(),
                            to.scheme(),
                            to.host(),
                            to.port()));
        }
        return new LocalNode(
                settings.nodeName(),
                workload,
                own,
                settings.proxyBind(),
                settings.streamBind(),
                origins,
                settings.mesh() == MeshMode.STRICT,
                settings.source() == SourceAddress.CLIENT);
    }

    private static ControlPlane controlPlane(NodeSettings settings) throws IOException {
        Secret secret = settings.joinToken();
        if (secret == null) {
            return new ControlPlane.Local(FeedServer.LOCAL_NAME);
        }
        JoinToken token = token(secret);
        HostPort configured = settings.controlPlane();
        HostPort remote = configured == null ? address(token) : configured;
        return new ControlPlane.Remote(remote.host(), remote.port(), token.pin(), token.secret());
    }

    private static HostPort address(JoinToken token) throws IOException {
        return HostPort.parse(token.controlPlane())
                .orElseThrow(() ->
                        new IOException(
                                "join_token: no address of a control plane in it (expected:"
                                        + " GIBBON_CONTROL_PLANE set)"));
    }

    private static JoinToken token(Secret secret) throws IOException {
        try {
            return JoinToken.parse(secret.value());
        } catch (JsonFormatException e) {
            throw new IOException(
                    "join_token: unreadable (expected: the text that gibbon token create printed)",
                    e);
        }
    }

    /**
     * The addresses that the sidecar's certificate is to carry: of the workload, its binds and its
     * listeners; where none of them says one, those of the join token.
     */
    private static IdentityKeeper.Claim claim(NodeSettings settings) throws IOException {
        Set<IpAddress> addresses = new LinkedHashSet<>();
        settings.workload().forEach(address -> addresses.add(address.ip()));
        addIfPresent(addresses, settings.proxyBind());
        addIfPresent(addresses, settings.streamBind());
        settings.proxyListen().forEach(listener -> addConcrete(addresses, listener));
        settings.streamListen().forEach(listener -> addConcrete(addresses, listener));
        Secret secret = settings.joinToken();
        JoinToken token = secret == null ? null : token(secret);
        if (addresses.isEmpty()) {
            addresses.addAll(
                    token == null ? List.of(IpAddress.of("127.0.0.1")) : token.addresses());
        }
        return new IdentityKeeper.Claim(
                settings.nodeName(),
                List.copyOf(addresses),
                workload(settings),
                token == null ? null : token.secret());
    }

    /** By address; one that is named without a port has all of them. */
    private static List<WorkloadAddress> workload(NodeSettings settings) {
        Map<IpAddress, Set<Integer>> ports = new TreeMap<>();
        Set<IpAddress> whole = new HashSet<>();
        for (var address : settings.workload()) {
            Set<Integer> known = ports.computeIfAbsent(address.ip(), _ -> new TreeSet<>());
            Integer port = address.port();
            if (port == null) {
                whole.add(address.ip());
            } else {
                known.add(port);
            }
        }
        List<WorkloadAddress> workload = new ArrayList<>();
        ports.forEach((ip, some) ->
                workload.add(new WorkloadAddress(ip, whole.contains(ip) ? Set.of() : some)));
        return workload;
    }

    private static void addIfPresent(Set<IpAddress> addresses, @Nullable IpAddress address) {
        if (address != null) {
            addresses.add(address);
        }
    }

    private static void addConcrete(Set<IpAddress> addresses, Listener listener) {
        if (!listener.address().ip().isUnspecified()) {
            addresses.add(listener.address().ip());
        }
    }
}
