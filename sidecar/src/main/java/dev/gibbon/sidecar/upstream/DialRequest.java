package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.net.IpPort;
import java.util.List;

/**
 * What to reach, on whose behalf.
 *
 * @param decisions those that chose the upstream, so that one connection is decided by one
 *     configuration
 * @param leg what the far sidecar is told if the connection becomes a mesh leg; its source is the
 *     real client
 * @param endpoints of the upstream's destination, in the order in which they are tried; not looked
 *     at where there is no destination
 */
public record DialRequest(
        Decisions decisions, Upstream upstream, LegHeader leg, List<IpPort> endpoints) {
    public DialRequest {
        endpoints = List.copyOf(endpoints);
    }

    /** An upstream without a destination: its host is resolved. */
    public DialRequest(Decisions decisions, Upstream upstream, LegHeader leg) {
        this(decisions, upstream, leg, List.of());
    }
}
