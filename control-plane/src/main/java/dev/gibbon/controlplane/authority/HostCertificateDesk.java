package dev.gibbon.controlplane.authority;

import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.join.CertificateGrant;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.join.Refusal;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The desk of a mesh on plain hosts: establishes, by the connection or a join token, whether the
 * applicant may have the name and the addresses that he claims, signs, and registers his workload.
 */
public final class HostCertificateDesk implements CertificateDesk {
    /** How long a stopped sidecar's connection may take to be seen as closed. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    /** How long a sidecar may take from its certificate to its connection. */
    private static final Duration CONNECTING = Duration.ofSeconds(5);

    /**
     * How long after the control plane's start its sidecars may take to come back: a little longer
     * than they wait between attempts, and less than they wait for the answer to an order.
     */
    private static final Duration RECONNECTING = Duration.ofSeconds(7);

    private final CertificateAuthority authority;
    private final JoinTokens tokens;
    private final WorkloadStore workloads;
    private final InstantSource clock;

    public HostCertificateDesk(
            CertificateAuthority authority,
            JoinTokens tokens,
            WorkloadStore workloads,
            InstantSource clock) {
        this.authority = authority;
        this.tokens = tokens;
        this.workloads = workloads;
        this.clock = clock;
    }

    @Override
    public void expectRegistered(LiveSidecars live) throws IOException {
        registered().keySet().forEach(name -> live.expect(name, RECONNECTING));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Waits for up to a second where a sidecar of this name is connected with other claims, as
     * it may be the applicant's own old process that has just ended, and for some seconds where one
     * is about to connect.
     */
    @Override
    public Answer answer(CertificateOrder order, Applicant applicant, LiveSidecars live)
            throws IOException {
        Optional<Refusal> refusal = refusal(order, applicant);
        if (refusal.isPresent()) {
            return new Answer.Refused(refusal.get());
        }
        CertificateRequest request;
        try {
            request = CertificateRequest.parse(Pem.request(order.csr()));
        } catch (X509FormatException e) {
            return refused("malformed", String.valueOf(e.getMessage()));
        }
        try {
            if (claimsOtherThanRegistered(order)) {
                live.awaitGone(order.name(), CLOSING);
            }
            return register(order, request, live);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** One at a time, so that of two orders for one address the second sees the first. */
    private synchronized Answer register(
            CertificateOrder order, CertificateRequest request, LiveSidecars live)
            throws IOException, InterruptedException {
        Map<String, WorkloadResource> registered = registered();
        Optional<Refusal> taken = RegistrationCheck.addressTaken(order, registered.values());
        if (taken.isPresent()) {
            return new Answer.Refused(taken.get());
        }
        WorkloadResource own = registered.get(order.name());
        if (own != null
                && RegistrationCheck.differs(order, own)
                && !live.awaitGone(order.name(), Duration.ZERO)) {
            return new Answer.Refused(RegistrationCheck.nameInUse(order, own));
        }
        SpiffeId id = SpiffeId.host(authority.trustDomain(), order.name());
        WorkloadResource wanted = registration(order, id, own);
        List<X509Certificate> chain = authority.sign(request, id, order.addresses());
        boolean changed = workloads.put(wanted);
        live.expect(order.name(), CONNECTING);
        CertificateGrant grant = new CertificateGrant(chain, authority.bundle());
        workloads.certified(order.name(), grant.notAfter());
        return new Answer.Granted(order.name(), order.addresses(), grant, changed);
    }

    private boolean claimsOtherThanRegistered(CertificateOrder order) throws IOException {
        WorkloadResource own = registered().get(order.name());
        return own != null && RegistrationCheck.differs(order, own);
    }

    private Map<String, WorkloadResource> registered() throws IOException {
        Map<String, WorkloadResource> registered = new TreeMap<>();
        workloads.all().forEach(workload -> registered.put(workload.name(), workload));
        return registered;
    }

    /** A sidecar that comes back without a workload does not take the old one out of the mesh. */
    private static WorkloadResource registration(
            CertificateOrder order, SpiffeId id, @Nullable WorkloadResource known) {
        List<WorkloadAddress> declared =
                order.workload().isEmpty() && known != null ? known.addresses() : order.workload();
        return new WorkloadResource(order.name(), id, declared, order.addresses());
    }

    private Optional<Refusal> refusal(CertificateOrder order, Applicant applicant)
            throws IOException {
        if (!SpiffeId.isHostName(order.name())) {
            return Optional.of(
                    new Refusal(
                            "malformed",
                            "name: not usable (expected: letters, digits, '.', '-', '_')"));
        }
        Set<IpAddress> claimed = new HashSet<>(order.addresses());
        order.workload().stream().map(WorkloadAddress::ip).forEach(claimed::add);
        if (order.addresses().isEmpty()) {
            return Optional.of(
                    new Refusal("malformed", "addresses: none (expected: at least one)"));
        }
        return switch (applicant) {
            case Applicant.Local() -> Optional.empty();
            case Applicant.Member(PeerIdentity identity)
                    when identity.id().hostName().equals(Optional.of(order.name()))
                            && new HashSet<>(identity.addresses()).containsAll(claimed) ->
                    Optional.empty();
            case Applicant.Member _, Applicant.Stranger _ -> byToken(order, claimed);
            case Applicant.OtherUser(int uid, int ownUid) -> Optional.of(otherUser(uid, ownUid));
        };
    }

    private static Refusal otherUser(int uid, int ownUid) {
        String served = ownUid == 0 ? "uid 0" : "uid 0 and of its own uid " + ownUid;
        return new Refusal(
                "other_user",
                "this control plane serves sidecars of "
                        + served
                        + " on its own host (got: uid "
                        + uid
                        + "); start the sidecar as one of them, or join over TCP with a token");
    }

    private Optional<Refusal> byToken(CertificateOrder order, Set<IpAddress> claimed)
            throws IOException {
        String secret = order.token();
        if (secret == null) {
            return Optional.of(
                    new Refusal(
                            "no_token", "no join token (expected: one, see: gibbon token create)"));
        }
        return switch (tokens.verify(secret, order.name(), claimed, clock.instant())) {
            case TokenVerdict.Accepted() -> Optional.empty();
            case TokenVerdict.Unknown() ->
                    Optional.of(
                            new Refusal(
                                    "unknown",
                                    "join token: unknown to this control plane; make one with:"
                                            + " gibbon token create"));
            case TokenVerdict.Expired(var at) ->
                    Optional.of(
                            new Refusal(
                                    "expired",
                                    "join token: expired at "
                                            + at
                                            + "; make one with: gibbon token create"));
            case TokenVerdict.OtherName(var expected) ->
                    Optional.of(
                            new Refusal(
                                    "other_name",
                                    "join token: used by "
                                            + order.name()
                                            + " (expected: "
                                            + expected
                                            + ")"));
            case TokenVerdict.OtherAddresses(var expected) ->
                    Optional.of(
                            new Refusal(
                                    "other_addresses",
                                    "join token: used for "
                                            + claimed.stream().sorted().toList()
                                            + " (expected: among "
                                            + expected
                                            + ")"));
        };
    }

    private static Answer refused(String reason, String message) {
        return new Answer.Refused(new Refusal(reason, message));
    }
}
