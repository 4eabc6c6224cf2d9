package dev.gibbon.operator;

import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.operator.status.MetricsText;
import java.util.List;

/**
 * What one replica tells Prometheus of itself at one moment. {@code docs/metrics.md} describes each
 * series.
 *
 * @param revision the newest of this replica; 0 before the first
 * @param sidecars that are or were connected to this replica
 * @param members meshed pods that have an address
 * @param watching whether all watches of the API server are established
 * @param granted certificates that were signed
 * @param refused orders for certificates that were refused
 * @param bundle the roots that are trusted, the one that signs first
 */
record OperatorMetrics(
        long revision,
        List<SidecarStatus> sidecars,
        int members,
        boolean watching,
        long granted,
        long refused,
        TrustBundle bundle) {
    OperatorMetrics {
        sidecars = List.copyOf(sidecars);
    }

    String text() {
        List<SidecarStatus> connected =
                sidecars.stream().filter(one -> one.connectedSince() != null).toList();
        return new MetricsText()
                .gauge("gibbon_config_revision", "The newest revision of this replica.", revision)
                .gauge(
                        "gibbon_sidecars_connected",
                        "Sidecars that are connected to this replica.",
                        connected.size())
                .gauge(
                        "gibbon_sidecars_current",
                        "Connected sidecars that run the newest revision.",
                        connected.stream()
                                .filter(one ->
                                        Long.valueOf(revision).equals(one.acknowledgedRevision()))
                                .count())
                .gauge("gibbon_members", "Meshed pods that have an address.", members)
                .gauge(
                        "gibbon_watches_established",
                        "Whether all watches of the API server are established.",
                        watching ? 1 : 0)
                .counter(
                        "gibbon_certificates_signed_total",
                        "Certificates that were signed.",
                        granted)
                .counter(
                        "gibbon_certificates_refused_total",
                        "Orders for certificates that were refused.",
                        refused)
                .gauge(
                        "gibbon_authority_roots",
                        "Roots that are trusted; two while they are being changed.",
                        bundle.roots().size())
                .gauge(
                        "gibbon_authority_expires_seconds",
                        "When the root that signs ends, seconds since the epoch.",
                        bundle.roots().getFirst().getNotAfter().toInstant().getEpochSecond())
                .toString();
    }
}
