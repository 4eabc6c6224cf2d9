package dev.gibbon.operator.discovery;

import dev.gibbon.core.net.IpAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What matters of a Pod.
 *
 * @param node it is scheduled to; null while it is not
 * @param addresses its own; empty before it has any, and always where it uses those of its node
 * @param meshed whether it has a native sidecar of the mesh
 * @param ended whether all its containers have ended for good
 * @param serving whether it is ready, and its sidecar too: that has had a configuration, then
 * @param excluded inbound ports that are not captured
 * @param created when, as RFC 3339 text, which sorts
 */
public record PodFact(
        String namespace,
        String name,
        String uid,
        String serviceAccount,
        @Nullable String node,
        List<IpAddress> addresses,
        boolean meshed,
        boolean ended,
        boolean serving,
        Set<Integer> excluded,
        String created) {
    public PodFact {
        addresses = List.copyOf(addresses);
        excluded = Set.copyOf(excluded);
    }

    /** Its name in the mesh, e.g. {@code shop/service-b-7f9c}. */
    public String meshName() {
        return namespace + "/" + name;
    }

    /** Whether connections to it go through mesh TLS. */
    public boolean isMember() {
        return meshed && !ended && !addresses.isEmpty();
    }
}
