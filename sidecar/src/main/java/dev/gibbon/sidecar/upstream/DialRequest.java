package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.decision.Decider;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.Upstream;

/**
 * What to reach, on whose behalf.
 *
 * @param decider the decider that chose the upstream, so that one connection is decided by one
 *     configuration
 * @param leg what the far sidecar is told if the connection becomes a mesh leg; its source is the
 *     real client
 */
public record DialRequest(Decider decider, Upstream upstream, LegHeader leg) {}
