package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Protocol;

/**
 * One entry of {@code GIBBON_ORIGINS}: a Service at the first place is dialled at the second, on
 * this node. Hosts are compared as canonical text.
 */
public record Origin(
        Protocol fromScheme,
        String fromHost,
        int fromPort,
        Protocol toScheme,
        String toHost,
        int toPort) {}
