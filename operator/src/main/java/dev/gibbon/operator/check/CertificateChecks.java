package dev.gibbon.operator.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import dev.gibbon.operator.identity.TrustConfigMaps;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether everybody trusts the same authority, and for how long. */
final class CertificateChecks {
    /** Enough for somebody to look at it before it matters. */
    static final Duration NEAR = Duration.ofDays(7);

    private CertificateChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        Group.CERTIFICATES,
                        "authority-valid",
                        "The mesh's authority is there and valid",
                        "When the authority's certificate ends, every certificate of the mesh is"
                                + " refused; when its Secret is lost, a new authority would lock"
                                + " out every sidecar.",
                        "Rotate the root before it ends. Restore a lost Secret gibbon-ca from a"
                                + " backup; without one, delete the operator's pods, then restart"
                                + " all meshed pods.",
                        CertificateChecks::authority),
                new Check(
                        Group.CERTIFICATES,
                        "trust-distributed",
                        "Every labelled namespace has the authority's roots",
                        "A pod mounts ConfigMap gibbon-trust: without it the pod stays in"
                                + " ContainerCreating, with other roots its sidecar does not trust"
                                + " the operator and gets no certificate.",
                        "The operator writes it within seconds: look at its logs for what keeps it"
                                + " from that, e.g. a ConfigMap of that name that somebody else"
                                + " manages.",
                        CertificateChecks::trust),
                new Check(
                        Group.CERTIFICATES,
                        "webhook-authority",
                        "The API server trusts the webhook's certificate",
                        "Without a valid caBundle that fits the authority, the API server refuses"
                                + " the webhook, and with it every pod in labelled namespaces.",
                        "The operator writes caBundle itself: look at its logs. A tool that manages"
                                + " the chart's objects must leave that field alone.",
                        CertificateChecks::webhook),
                new Check(
                        Group.CERTIFICATES,
                        "sidecar-certificates",
                        "No connected sidecar has an expired certificate",
                        "Other sidecars refuse it: its pod can neither call nor be called through"
                                + " the mesh.",
                        "Look at the sidecar's log for why it was not renewed, and at the clock of"
                                + " its node.",
                        CertificateChecks::sidecars));
    }

    private static void expiry(
            Findings findings, String what, X509Certificate certificate, Instant now) {
        Instant end = certificate.getNotAfter().toInstant();
        if (!end.isAfter(now)) {
            findings.failed(what + ": ended " + end);
        } else if (end.isBefore(now.plus(NEAR))) {
            findings.warning(what + ": ends " + end + ", in " + left(now, end));
        } else if (certificate.getNotBefore().toInstant().isAfter(now)) {
            findings.failed(what + ": not valid before " + certificate.getNotBefore().toInstant());
        }
    }

    private static String left(Instant now, Instant end) {
        Duration left = Duration.between(now, end);
        return left.toDays() > 0 ? left.toDays() + " days" : left.toHours() + " h";
    }

    private static Outcome authority(ClusterSnapshot cluster) throws NotRead {
        List<X509Certificate> roots = cluster.get(Topic.AUTHORITY);
        Findings findings = new Findings();
        Instant end = Instant.MAX;
        for (X509Certificate root : roots) {
            expiry(findings, root.getSubjectX500Principal().getName(), root, cluster.scope().now());
            Instant own = root.getNotAfter().toInstant();
            end = own.isBefore(end) ? own : end;
        }
        if (roots.isEmpty()) {
            findings.failed(
                    "no certificate in Secret gibbon-ca of "
                            + cluster.scope().meshNamespace()
                            + " (expected: one)");
        }
        return findings.orElse(Count.of(roots.size(), "root") + ", until " + end);
    }

    /** The certificates of a PEM text; empty when there are none. */
    static Optional<Set<X509Certificate>> parse(String text) {
        try {
            return Optional.of(new HashSet<>(Pem.certificates(text)));
        } catch (X509FormatException e) {
            return Optional.empty();
        }
    }

    private static Outcome trust(ClusterSnapshot cluster) throws NotRead {
        List<ConfigMap> maps = cluster.get(Topic.TRUST);
        Findings findings = new Findings();
        List<Namespace> labelled = MeshNamespaces.injected(cluster);
        Set<X509Certificate> wanted = authorityIfRead(cluster);
        for (Namespace namespace : labelled) {
            String name = namespace.getMetadata().getName();
            Optional<ConfigMap> map =
                    maps.stream()
                            .filter(one -> name.equals(one.getMetadata().getNamespace()))
                            .findFirst();
            if (map.isEmpty()) {
                findings.failed(name + ": no ConfigMap " + TrustConfigMaps.NAME);
                continue;
            }
            Set<X509Certificate> found = parse(TrustConfigMaps.roots(map.get())).orElse(Set.of());
            if (wanted.isEmpty()) {
                // Whoever may not read the Secret still sees whether namespaces agree.
                wanted = found;
            }
            if (found.isEmpty()) {
                findings.failed(name + ": " + TrustConfigMaps.NAME + " holds no certificates");
            } else if (!found.equals(wanted)) {
                findings.failed(name + ": " + TrustConfigMaps.NAME + " holds other roots");
            }
        }
        return findings.orElse(Count.of(labelled.size(), "namespace"));
    }

    private static Set<X509Certificate> authorityIfRead(ClusterSnapshot cluster) {
        try {
            return Set.copyOf(cluster.get(Topic.AUTHORITY));
        } catch (NotRead _) {
            return Set.of();
        }
    }

    private static Outcome webhook(ClusterSnapshot cluster) throws NotRead {
        List<MutatingWebhookConfiguration> configurations = cluster.get(Topic.WEBHOOKS);
        if (configurations.isEmpty()) {
            return Outcome.skipped("there is no webhook");
        }
        Findings findings = new Findings();
        for (MutatingWebhookConfiguration configuration : configurations) {
            for (MutatingWebhook webhook : configuration.getWebhooks()) {
                bundle(cluster, webhook, findings);
            }
        }
        return findings.orElse("caBundle holds the authority");
    }

    private static void bundle(
            ClusterSnapshot cluster, MutatingWebhook webhook, Findings findings) {
        String encoded =
                webhook.getClientConfig() == null ? null : webhook.getClientConfig().getCaBundle();
        if (encoded == null || encoded.isEmpty()) {
            findings.failed(webhook.getName() + ": caBundle is empty");
            return;
        }
        Optional<Set<X509Certificate>> bundle = decoded(encoded).flatMap(CertificateChecks::parse);
        if (bundle.isEmpty()) {
            findings.failed(webhook.getName() + ": caBundle holds no certificates");
            return;
        }
        for (X509Certificate certificate : bundle.get()) {
            expiry(findings, webhook.getName() + ": caBundle", certificate, cluster.scope().now());
        }
        try {
            if (!bundle.get().containsAll(cluster.get(Topic.AUTHORITY))) {
                findings.failed(webhook.getName() + ": caBundle lacks a root of the authority");
            }
        } catch (NotRead _) {
            // Whoever may not read the Secret still learns the rest.
        }
    }

    private static Optional<String> decoded(String base64) {
        try {
            return Optional.of(
                    new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Outcome sidecars(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        int known = 0;
        for (JsonNode sidecar : cluster.get(Topic.SIDECARS).path("sidecars")) {
            String end = sidecar.path("certificate_not_after").asText("");
            if (!sidecar.path("connected").asBoolean()
                    || end.isEmpty()
                    || !MeshNamespaces.covers(cluster, sidecar.path("name").asText())) {
                continue;
            }
            known++;
            try {
                if (!Instant.parse(end).isAfter(cluster.scope().now())) {
                    findings.failed(sidecar.path("name").asText() + ": ended " + end);
                }
            } catch (DateTimeException _) {
                findings.warning(sidecar.path("name").asText() + ": ends at no time: " + end);
            }
        }
        return findings.orElse(known + " known to the replica that answered");
    }
}
