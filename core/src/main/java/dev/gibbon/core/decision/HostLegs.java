package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpPort;
import java.util.UUID;

/**
 * Where the mesh legs that arrive at a plain host are delivered: to the original destination where
 * the leg was intercepted, else to the workload's address that its header names, and nowhere else.
 */
final class HostLegs {
    private final LocalNode node;
    private final HostServices services;

    HostLegs(LocalNode node, HostServices services) {
        this.node = node;
        this.services = services;
    }

    InboundDecision decide(Arrival arrival, LegHeader header) {
        IpPort target;
        if (arrival.intercepted()) {
            target = arrival.destination();
            if (!node.workload().isEmpty() && !node.isWorkload(target)) {
                return notLocal(target);
            }
        } else {
            target = header.destination();
            if (!node.isWorkload(target)) {
                return notLocal(target);
            }
        }
        if (node.isListener(target)) {
            return new InboundDecision.Refuse(
                    CloseReason.LOOP, "destination " + target + " is this sidecar's own listener");
        }
        UUID id = header.service();
        if (id == null) {
            return new InboundDecision.Deliver(
                    new Upstream(
                            target.ip().toString(), target.port(), Protocol.TCP, null, null, true),
                    header.source().ip());
        }
        Service service = services.service(id);
        if (service == null) {
            return new InboundDecision.Refuse(
                    CloseReason.UNKNOWN_SERVICE, "Service " + id + " is not known here");
        }
        Upstream configured = services.upstream(service, null, true);
        boolean replaced =
                configured.protocol() != service.protocol()
                        || !configured.host().equals(service.host())
                        || configured.port() != service.port();
        Upstream upstream =
                replaced
                        ? configured
                        : new Upstream(
                                target.ip().toString(),
                                target.port(),
                                service.protocol(),
                                service,
                                null,
                                true);
        return new InboundDecision.Deliver(upstream, header.source().ip());
    }

    private static InboundDecision notLocal(IpPort target) {
        return new InboundDecision.Refuse(
                CloseReason.NOT_LOCAL,
                "destination " + target + " is not an address of this sidecar's workload");
    }
}
