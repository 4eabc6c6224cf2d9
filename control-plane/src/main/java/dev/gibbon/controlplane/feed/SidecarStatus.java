package dev.gibbon.controlplane.feed;

import dev.gibbon.core.net.IpAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a sidecar since the control plane started, for {@code gibbon status}.
 *
 * @param addresses that it was certified for last; empty when it was before this start
 * @param acknowledgedRevision the revision it runs; null when it has acknowledged none
 * @param refusal why it refused the latest revision that it was sent; null when it did not
 * @param connectedSince null while it is not connected
 * @param certificateNotAfter when its latest certificate ends; null when that is not known
 */
public record SidecarStatus(
        String name,
        List<IpAddress> addresses,
        @Nullable Long acknowledgedRevision,
        @Nullable String refusal,
        @Nullable Instant connectedSince,
        @Nullable Instant certificateNotAfter) {
    public SidecarStatus {
        addresses = List.copyOf(addresses);
    }
}
