package dev.gibbon.operator.identity;

import dev.gibbon.controlplane.authority.Applicant;
import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.CertificateDesk;
import dev.gibbon.controlplane.authority.LiveSidecars;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.join.CertificateGrant;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.join.Refusal;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import dev.gibbon.operator.discovery.PodFact;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The desk of a mesh in Kubernetes: the ServiceAccount token says which pod asks, the Pod says
 * which addresses it has. What the order says of names and addresses counts for nothing, and so
 * does the connection: a renewal shows a token too.
 */
public final class PodDesk implements CertificateDesk {
    private final CertificateAuthority authority;
    private final PodTokens tokens;
    private final PodTable pods;
    private final Duration patience;

    /**
     * A desk.
     *
     * @param patience how long an order waits for its pod to be known and to have addresses
     */
    public PodDesk(
            CertificateAuthority authority, PodTokens tokens, PodTable pods, Duration patience) {
        this.authority = authority;
        this.tokens = tokens;
        this.pods = pods;
        this.patience = patience;
    }

    @Override
    public Answer answer(CertificateOrder order, Applicant applicant, LiveSidecars live)
            throws IOException {
        CertificateRequest request;
        try {
            request = CertificateRequest.parse(Pem.request(order.csr()));
        } catch (X509FormatException e) {
            return refused("malformed", String.valueOf(e.getMessage()));
        }
        String token = order.token();
        if (token == null) {
            return refused("token", "none (expected: the ServiceAccount token of the pod)");
        }
        Optional<PodTokens.TokenPod> proven = tokens.review(token);
        if (proven.isEmpty()) {
            return refused(
                    "token",
                    "not valid (expected: one for audience "
                            + PodTokens.AUDIENCE
                            + ", bound to a pod that exists)");
        }
        try {
            return answer(request, proven.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Answer answer(CertificateRequest request, PodTokens.TokenPod proven)
            throws InterruptedException {
        String name = proven.namespace() + "/" + proven.name();
        Optional<PodFact> known =
                pods.await(
                        proven.namespace(),
                        proven.name(),
                        pod -> isSame(pod, proven) && !pod.addresses().isEmpty(),
                        patience.toMillis());
        if (known.isEmpty()) {
            return refused("pod_unknown", name + ": no such pod");
        }
        PodFact pod = known.get();
        if (!isSame(pod, proven)) {
            return refused("pod_uid", name + ": the token is of an earlier pod of this name");
        }
        if (!pod.meshed()) {
            return refused(
                    "not_meshed",
                    name + ": has no sidecar of the mesh, or the network of its node");
        }
        if (pod.ended()) {
            return refused("pod_ended", name + ": has ended");
        }
        if (pod.addresses().isEmpty()) {
            return refused(
                    "no_address",
                    name + ": has no address after " + patience.toMillis() + " ms; ask again");
        }
        SpiffeId id =
                SpiffeId.serviceAccount(
                        authority.trustDomain(), pod.namespace(), pod.serviceAccount());
        List<String> dnsNames =
                List.of(PodCertificates.dnsName(pod.uid(), authority.trustDomain()));
        return new Answer.Granted(
                name,
                pod.addresses(),
                new CertificateGrant(
                        authority.sign(request, id, pod.addresses(), dnsNames), authority.bundle()),
                // Membership follows from the Pod, not from its certificate.
                false);
    }

    private static boolean isSame(PodFact pod, PodTokens.TokenPod proven) {
        return pod.uid().equals(proven.uid())
                && pod.serviceAccount().equals(proven.serviceAccount());
    }

    private static Answer refused(String reason, String message) {
        return new Answer.Refused(new Refusal(reason, message));
    }
}
