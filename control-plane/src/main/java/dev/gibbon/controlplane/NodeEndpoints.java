package dev.gibbon.controlplane;

import dev.gibbon.controlplane.admin.AdminRequest;
import dev.gibbon.controlplane.admin.AdminResponse;
import dev.gibbon.controlplane.admin.Endpoint;
import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.WorkloadStore;
import dev.gibbon.controlplane.feed.FeedServer;
import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.net.IpPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a control plane answers beside the entities: its sidecars, workloads, health and metrics.
 */
final class NodeEndpoints {
    private final CertificateAuthority authority;
    private final WorkloadStore workloads;
    private final Publisher publisher;
    private final FeedServer feed;

    NodeEndpoints(
            CertificateAuthority authority,
            WorkloadStore workloads,
            Publisher publisher,
            FeedServer feed) {
        this.authority = authority;
        this.workloads = workloads;
        this.publisher = publisher;
        this.feed = feed;
    }

    List<Endpoint> all() {
        WhyEndpoint why = new WhyEndpoint(publisher);
        return List.of(
                new Endpoint("GET", "/sidecars", _ -> sidecars()),
                new Endpoint("DELETE", "/workloads", this::removeWorkload),
                new Endpoint("GET", "/why", why::answer),
                new Endpoint("GET", "/healthz/live", _ -> AdminResponse.message(200, "live")),
                new Endpoint("GET", "/healthz/ready", _ -> ready()),
                new Endpoint("GET", "/metrics", _ -> metrics()));
    }

    private long revision() {
        return publisher.newest();
    }

    private AdminResponse sidecars() {
        Map<String, WorkloadResource> declared = new TreeMap<>();
        for (WorkloadResource workload : allWorkloads()) {
            declared.put(workload.name(), workload);
        }
        Map<String, Instant> certificates = certificates();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("revision", revision());
        document.put("trust_domain", authority.trustDomain().name());
        document.put("mesh_alpn", authority.trustDomain().meshProtocol());
        document.put("skipped", publisher.skipped());
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        for (SidecarStatus sidecar : feed.sidecars()) {
            list.add(sidecar(sidecar, declared.remove(sidecar.name()), certificates));
        }
        // A workload stays meshed when its sidecar is gone; it is shown until it is removed.
        for (WorkloadResource workload : declared.values()) {
            list.add(sidecar(SidecarStatus.unknown(workload.name()), workload, certificates));
        }
        document.put("sidecars", list);
        return AdminResponse.json(200, document);
    }

    private static Map<String, @Nullable Object> sidecar(
            SidecarStatus status,
            @Nullable WorkloadResource workload,
            Map<String, Instant> certificates) {
        Instant notAfter = status.certificateNotAfter();
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("name", status.name());
        row.put("connected", status.connectedSince() != null);
        row.put("connected_since", text(status.connectedSince()));
        row.put("gone_since", text(status.goneSince()));
        row.put("revision", status.acknowledgedRevision());
        row.put("nack", status.refusal());
        row.put("addresses", status.addresses().stream().map(Object::toString).toList());
        row.put("workload", workload == null ? List.of() : addresses(workload));
        row.put("identity", workload == null ? null : workload.identity().toString());
        row.put(
                "certificate_not_after",
                text(notAfter == null ? certificates.get(status.name()) : notAfter));
        return row;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static List<String> addresses(WorkloadResource workload) {
        List<String> texts = new ArrayList<>();
        for (WorkloadAddress address : workload.addresses()) {
            if (address.ports().isEmpty()) {
                texts.add(address.ip().toString());
            }
            address.ports().stream()
                    .sorted()
                    .forEach(port -> texts.add(new IpPort(address.ip(), port).toString()));
        }
        return texts;
    }

    private List<WorkloadResource> allWorkloads() {
        try {
            return workloads.all();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Instant> certificates() {
        try {
            return workloads.certificates();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AdminResponse removeWorkload(AdminRequest request) {
        Optional<String> name = argument(request.query(), "name");
        if (name.isEmpty()) {
            return AdminResponse.message(400, "name: none (expected: ?name=<sidecar>)");
        }
        try {
            if (!workloads.remove(name.get())) {
                return AdminResponse.message(404, "no workload of this name (see: gibbon status)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        feed.forget(name.get());
        publisher.membershipChanged();
        return AdminResponse.noContent();
    }

    /** The first argument of this name in a query string. */
    static Optional<String> argument(String query, String name) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).equals(name)) {
                try {
                    return Optional.of(
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private AdminResponse ready() {
        return publisher.published() == null
                ? AdminResponse.message(503, "no configuration has been published yet")
                : AdminResponse.message(200, "ready");
    }

    private AdminResponse metrics() {
        List<SidecarStatus> sidecars = feed.sidecars();
        long connected = sidecars.stream().filter(one -> one.connectedSince() != null).count();
        long current =
                sidecars.stream()
                        .filter(one -> one.connectedSince() != null)
                        .filter(one -> Long.valueOf(revision()).equals(one.acknowledgedRevision()))
                        .count();
        String text =
                """
                # HELP gibbon_config_revision The newest revision of the configuration.
                # TYPE gibbon_config_revision gauge
                gibbon_config_revision %d
                # HELP gibbon_sidecars_connected Sidecars that are connected to this control plane.
                # TYPE gibbon_sidecars_connected gauge
                gibbon_sidecars_connected %d
                # HELP gibbon_sidecars_current Connected sidecars that run the newest revision.
                # TYPE gibbon_sidecars_current gauge
                gibbon_sidecars_current %d
                # HELP gibbon_routes_skipped Routes without effect, and what sidecars could not read.
                # TYPE gibbon_routes_skipped gauge
                gibbon_routes_skipped %d
                """
                        .formatted(revision(), connected, current, publisher.skipped().size());
        return AdminResponse.text(200, "text/plain; version=0.0.4; charset=utf-8", text);
    }
}
