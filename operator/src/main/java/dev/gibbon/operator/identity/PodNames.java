package dev.gibbon.operator.identity;

import dev.gibbon.controlplane.feed.PeerNames;
import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.operator.discovery.PodFact;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * On the feed a sidecar bears the name of its pod: the one whose uid and ServiceAccount are in its
 * certificate. A pod that is not known yet is waited for a little, as its certificate may come from
 * another replica.
 */
public final class PodNames implements PeerNames {
    private final TrustDomain trustDomain;
    private final PodTable pods;
    private final Duration patience;

    /**
     * The rule for pods.
     *
     * @param patience how long a pod is waited for
     */
    public PodNames(TrustDomain trustDomain, PodTable pods, Duration patience) {
        this.trustDomain = trustDomain;
        this.pods = pods;
        this.patience = patience;
    }

    @Override
    public boolean bears(PeerIdentity identity, String name) throws IOException {
        int slash = name.indexOf('/');
        if (slash <= 0) {
            return false;
        }
        try {
            Optional<PodFact> pod =
                    pods.await(
                            name.substring(0, slash),
                            name.substring(slash + 1),
                            known -> isOf(known, identity),
                            patience.toMillis());
            return pod.filter(known -> isOf(known, identity)).isPresent();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private boolean isOf(PodFact pod, PeerIdentity identity) {
        return identity.id()
                        .equals(
                                SpiffeId.serviceAccount(
                                        trustDomain, pod.namespace(), pod.serviceAccount()))
                && identity.dnsNames().contains(PodCertificates.dnsName(pod.uid(), trustDomain));
    }
}
