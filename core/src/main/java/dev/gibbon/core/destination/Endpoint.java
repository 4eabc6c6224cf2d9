package dev.gibbon.core.destination;

import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.net.IpPort;
import org.jspecify.annotations.Nullable;

/**
 * One of several that stand for each other.
 *
 * @param address where it is dialled, never a virtual address
 * @param identity what its sidecar must present: mesh TLS or nothing; null for one without a
 *     sidecar
 * @param zone where it runs, e.g. {@code eu-1a}; null when it is not known
 * @param draining whether it takes new connections only while no other endpoint can
 */
public record Endpoint(
        IpPort address, @Nullable SpiffeId identity, @Nullable String zone, boolean draining) {}
