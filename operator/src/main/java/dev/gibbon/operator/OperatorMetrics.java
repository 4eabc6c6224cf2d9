package dev.gibbon.operator;

import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.operator.status.MetricsText;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.OptionalInt;

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
 * @param signing what signs, its root last
 * @param roots how many are trusted
 * @param issuer 1 when cert-manager serves the mesh, 0 when not; empty where that is not looked at
 */
record OperatorMetrics(
        long revision,
        List<SidecarStatus> sidecars,
        int members,
        boolean watching,
        long granted,
        long refused,
        List<X509Certificate> signing,
        int roots,
        OptionalInt issuer) {
    OperatorMetrics {
        signing = List.copyOf(signing);
        sidecars = List.copyOf(sidecars);
    }

    String text() {
        List<SidecarStatus> connected =
                sidecars.stream().filter(one -> one.connectedSince() != null).toList();
        MetricsText text =
                new MetricsText()
                        .gauge(
                                "gibbon_config_revision",
                                "The newest revision of this replica.",
                                revision)
                        .gauge(
                                "gibbon_sidecars_connected",
                                "Sidecars that are connected to this replica.",
                                connected.size())
                        .gauge(
                                "gibbon_sidecars_current",
                                "Connected sidecars that run the newest revision.",
                                connected.stream()
                                        .filter(one ->
                                                Long.valueOf(revision)
                                                        .equals(one.acknowledgedRevision()))
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
                                roots)
                        .gauge(
                                "gibbon_authority_expires_seconds",
                                "When what signs ends, or its root if earlier, seconds since the epoch.",
                                signing.stream()
                                        .mapToLong(one ->
                                                one.getNotAfter().toInstant().getEpochSecond())
                                        .min()
                                        .orElse(0));
        issuer.ifPresent(works ->
                text.gauge(
                        "gibbon_cert_manager_works",
                        "Whether cert-manager serves the mesh; of the replica that leads.",
                        works));
        return text.toString();
    }
}
