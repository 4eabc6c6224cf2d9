package dev.gibbon.core.decision;

import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a plain host dials: by mesh TLS whoever is in the mesh, never itself, the application as its
 * Service says, and in strict mode nobody else.
 */
final class HostDials {
    private final ConfigSnapshot config;
    private final LocalNode node;

    HostDials(ConfigSnapshot config, LocalNode node) {
        this.config = config;
        this.node = node;
    }

    DialPlan plan(Upstream upstream, IpPort address, IpAddress client) {
        if (node.isListener(address)) {
            return new DialPlan.Refuse(
                    CloseReason.LOOP, "upstream " + address + " is this sidecar's own listener");
        }
        boolean lastHop = upstream.lastHop() || node.isWorkload(address);
        DialSource source = source(upstream, lastHop, client);
        if (lastHop) {
            return new DialPlan.Dial(address, towardsApplication(upstream), source, true);
        }
        Optional<Member> member = config.member(address);
        if (member.isPresent()) {
            return new DialPlan.Dial(
                    address, new UpstreamTls.Mesh(member.get().identity()), source, false);
        }
        Service service = upstream.service();
        if (service != null && service.demandsVerification()) {
            return node.strict()
                    ? meshMissing(address)
                    : new DialPlan.Dial(address, verified(service), source, false);
        }
        if (upstream.protocol().isTls()) {
            // Who is to see a certificate of the Service's own is not of the mesh.
            return (config.meshAlpn().isEmpty() || certificate(upstream) != null) && !node.strict()
                    ? new DialPlan.Dial(address, unverified(upstream), source, false)
                    : new DialPlan.Dial(
                            address,
                            new UpstreamTls.Negotiated(serverName(upstream), node.strict()),
                            source,
                            false);
        }
        return node.strict()
                ? meshMissing(address)
                : new DialPlan.Dial(address, new UpstreamTls.None(), source, false);
    }

    private static DialPlan meshMissing(IpPort address) {
        return new DialPlan.Refuse(
                CloseReason.UPSTREAM_NOT_MESH,
                "strict mode: " + address + " is not known to be in the mesh");
    }

    private static UpstreamTls towardsApplication(Upstream upstream) {
        if (!upstream.protocol().isTls()) {
            return new UpstreamTls.None();
        }
        Service service = upstream.service();
        return service != null && service.demandsVerification()
                ? verified(service)
                : unverified(upstream);
    }

    private static UpstreamTls verified(Service service) {
        return new UpstreamTls.Verified(service.host(), service.ca(), service.clientCertificate());
    }

    private static UpstreamTls unverified(Upstream upstream) {
        return new UpstreamTls.Unverified(serverName(upstream), certificate(upstream));
    }

    private static @Nullable ClientCertificate certificate(Upstream upstream) {
        Service service = upstream.service();
        return service == null ? null : service.clientCertificate();
    }

    /** A host name is sent as SNI; RFC 6066 section 3 does not permit addresses there. */
    private static @Nullable String serverName(Upstream upstream) {
        return IpAddress.parse(upstream.host()).isPresent() ? null : upstream.host();
    }

    private DialSource source(Upstream upstream, boolean lastHop, IpAddress client) {
        IpAddress bind = upstream.protocol().isHttp() ? node.httpBind() : node.streamBind();
        if (bind != null) {
            return new DialSource.Fixed(bind);
        }
        return lastHop && node.keepClientAddress()
                ? new DialSource.Client(client)
                : new DialSource.Any();
    }
}
