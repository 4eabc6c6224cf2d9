package dev.gibbon.core.setting;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All settings of one node. Made by {@link SettingsReader}, which has checked them.
 *
 * @param prefix the directory of the node's files, possibly relative to the working directory
 * @param logLevel the lowest level that is written
 * @param proxyListen where HTTP is spoken; empty for off
 * @param streamListen where connections are proxied; empty for off
 * @param adminListen where the Admin API is served; empty for off
 * @param feedListen where sidecars on other hosts reach this control plane; empty for off
 * @param statusListen where a sidecar serves metrics and health; empty for off
 * @param proxyBind the address that upstreams of requests are dialled from; null for the kernel's
 *     choice or {@code source}
 * @param streamBind the same for upstreams of connections
 * @param workload whom the sidecar stands for; empty when nothing is declared
 * @param mesh whether plain connections are served
 * @param source which address the last hop dials its workload from
 * @param origins Services that are to be found elsewhere, from this node
 * @param controlPlane where the configuration comes from; null for this host's control plane
 * @param joinToken the proof for a control plane on another host
 * @param sslCert PEM file of the default certificate; null for one that the node makes
 * @param sslCertKey PEM file of its key; null exactly when {@code sslCert} is
 * @param upstreamCa PEM file of the authorities for Services with {@code tls_verify}; null for none
 * @param certificateLifetime how long a workload certificate is valid
 * @param drain how long a stopping node waits for its connections
 * @param handshakeTimeout how long a TLS handshake or the head of a request may take
 * @param maxConnections downstream connections at a time; more are refused
 */
public record NodeSettings(
        Path prefix,
        Log.Level logLevel,
        List<Listener> proxyListen,
        List<Listener> streamListen,
        List<Listener> adminListen,
        List<Listener> feedListen,
        List<Listener> statusListen,
        @Nullable IpAddress proxyBind,
        @Nullable IpAddress streamBind,
        List<WorkloadAddress> workload,
        MeshMode mesh,
        SourceAddress source,
        Map<Origin, Origin> origins,
        @Nullable HostPort controlPlane,
        @Nullable Secret joinToken,
        @Nullable Path sslCert,
        @Nullable Path sslCertKey,
        @Nullable Path upstreamCa,
        Duration certificateLifetime,
        Duration drain,
        Duration handshakeTimeout,
        int maxConnections) {

    public NodeSettings {
        proxyListen = List.copyOf(proxyListen);
        streamListen = List.copyOf(streamListen);
        adminListen = List.copyOf(adminListen);
        feedListen = List.copyOf(feedListen);
        statusListen = List.copyOf(statusListen);
        workload = List.copyOf(workload);
        origins = Map.copyOf(origins);
    }

    /** The last part of the prefix, e.g. {@code gibbon-a}; it may stand in a SPIFFE ID. */
    public String nodeName() {
        return prefix.getName(prefix.getNameCount() - 1).toString();
    }

    /** Whether the node holds the configuration: its Admin API is on. */
    public boolean isControlPlane() {
        return !adminListen.isEmpty();
    }

    /** Whether the node proxies: one of {@code proxy_listen} and {@code stream_listen} is on. */
    public boolean isProxy() {
        return !proxyListen.isEmpty() || !streamListen.isEmpty();
    }

    /** Whether a connection to this address is one to the declared workload. */
    public boolean isWorkload(IpPort address) {
        return workload.stream().anyMatch(declared -> declared.contains(address));
    }
}
