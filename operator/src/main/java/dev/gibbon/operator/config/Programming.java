package dev.gibbon.operator.config;

import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.operator.replica.ReplicaReport;
import dev.gibbon.operator.replica.ReplicaReport.Mark;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which sidecars have an object as it is: those that have acknowledged the revision which brought
 * it, or a later one. Revisions are a replica's own, so each counts its sidecars ({@link #report}),
 * and the counts are added up ({@link #count}). Any thread.
 */
public final class Programming {
    private static final int FINGERPRINT_BYTES = 12;

    private final Map<String, Since> since = new HashMap<>();
    private String roots = "";
    private long rootsSince;

    /** An object as it is, and the revision that it came with. */
    private record Since(Verdict verdict, String fingerprint, long revision) {}

    /**
     * How many sidecars have something, of those that need it.
     *
     * @param have at most {@code need}
     */
    public record Count(int have, int need) {}

    /**
     * These objects and this bundle are part of this revision and, while they do not change, of
     * later ones.
     */
    public synchronized void published(
            Map<String, Verdict> verdicts, TrustBundle bundle, long revision) {
        since.keySet().retainAll(verdicts.keySet());
        verdicts.forEach((key, verdict) -> {
            Since known = since.get(key);
            if (known == null || !known.verdict().equals(verdict)) {
                since.put(key, new Since(verdict, fingerprint(verdict), revision));
            }
        });
        String fingerprint = fingerprint(bundle);
        if (!fingerprint.equals(roots)) {
            roots = fingerprint;
            rootsSince = revision;
        }
    }

    /** What was found out about each object that is published. */
    public synchronized List<Verdict> verdicts() {
        return since.values().stream().map(Since::verdict).toList();
    }

    /**
     * What this replica knows of its own sidecars.
     *
     * @param serving whether the pod of this name is ready, and its sidecar too
     */
    public synchronized ReplicaReport report(
            List<SidecarStatus> sidecars, Predicate<String> serving) {
        Acknowledgements acknowledged = Acknowledgements.of(sidecars);
        Map<String, Mark> objects = new HashMap<>();
        since.forEach((key, one) ->
                objects.put(
                        key,
                        new Mark(
                                one.fingerprint(),
                                acknowledged.since(one.verdict().audience(), one.revision()))));
        return new ReplicaReport(
                roots,
                roots.isEmpty() ? 0 : acknowledged.since(Optional.empty(), rootsSince),
                acknowledged.connected(),
                Acknowledgements.of(
                                sidecars.stream().filter(one -> !serving.test(one.name())).toList())
                        .connected(),
                objects);
    }

    /**
     * Counts for one object, over replicas.
     *
     * @param serving sidecars of pods that are ready, by namespace: one that is not connected, as
     *     they all are not when the operator has been away, needs it too
     */
    public static Count count(
            Verdict verdict, Collection<ReplicaReport> replicas, Map<String, Integer> serving) {
        String fingerprint = fingerprint(verdict);
        int have = 0;
        int need = 0;
        int starting = 0;
        for (ReplicaReport replica : replicas) {
            int there = replica.connected(verdict.audience());
            starting += sum(replica.starting(), verdict.audience());
            Mark mark = replica.objects().get(verdict.key());
            need += there;
            have +=
                    mark != null && mark.fingerprint().equals(fingerprint)
                            ? Math.min(mark.have(), there)
                            : 0;
        }
        return new Count(have, Math.max(need, sum(serving, verdict.audience()) + starting));
    }

    private static int sum(Map<String, Integer> sidecars, Optional<String> namespace) {
        return namespace.isPresent()
                ? sidecars.getOrDefault(namespace.get(), 0)
                : sidecars.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Counts for a bundle, over replicas. */
    public static Count count(TrustBundle bundle, Collection<ReplicaReport> replicas) {
        int have = 0;
        int need = 0;
        for (ReplicaReport replica : replicas) {
            need += replica.connected(Optional.empty());
            have += publishes(replica, bundle) ? replica.trusting() : 0;
        }
        return new Count(have, need);
    }

    /** Whether a replica publishes this bundle. */
    public static boolean publishes(ReplicaReport replica, TrustBundle bundle) {
        return replica.roots().equals(fingerprint(bundle));
    }

    /** A record's text says all that its {@code equals} compares. */
    private static String fingerprint(Verdict verdict) {
        return digest(verdict.toString());
    }

    private static String fingerprint(TrustBundle bundle) {
        return digest(Pem.ofCertificates(bundle.roots()));
    }

    private static String digest(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, FINGERPRINT_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
