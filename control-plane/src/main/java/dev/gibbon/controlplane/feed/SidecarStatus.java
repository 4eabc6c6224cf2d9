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
 * @param goneSince when its connection ended; null while it is connected, and when it has not been
 *     since the control plane started
 * @param certificateNotAfter when its latest certificate ends; null when that is not known
 */
public record SidecarStatus(
        String name,
        List<IpAddress> addresses,
        @Nullable Long acknowledgedRevision,
        @Nullable String refusal,
        @Nullable Instant connectedSince,
        @Nullable Instant goneSince,
        @Nullable Instant certificateNotAfter) {
    public SidecarStatus {
        addresses = List.copyOf(addresses);
    }

    /** One of which nothing but the name is known. */
    public static SidecarStatus unknown(String name) {
        return new SidecarStatus(name, List.of(), null, null, null, null, null);
    }

    SidecarStatus connected(Instant since) {
        return new SidecarStatus(name, addresses, null, null, since, null, certificateNotAfter);
    }

    SidecarStatus gone(Instant since) {
        return new SidecarStatus(
                name, addresses, acknowledgedRevision, refusal, null, since, certificateNotAfter);
    }

    SidecarStatus certified(List<IpAddress> certified, Instant notAfter) {
        return new SidecarStatus(
                name,
                certified,
                acknowledgedRevision,
                refusal,
                connectedSince,
                goneSince,
                notAfter);
    }

    SidecarStatus runs(long revision) {
        return answered(revision, null);
    }

    SidecarStatus refuses(String reason) {
        return answered(acknowledgedRevision, reason);
    }

    private SidecarStatus answered(@Nullable Long revision, @Nullable String reason) {
        return new SidecarStatus(
                name, addresses, revision, reason, connectedSince, goneSince, certificateNotAfter);
    }
}
