package dev.gibbon.controlplane.authority;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.controlplane.authority.CertificateDesk.Answer;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.identity.PeerIdentity;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.join.JoinToken;
import dev.gibbon.core.join.Refusal;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostCertificateDeskTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final MemorySecrets secrets = new MemorySecrets();
    private final WorkloadDocument workloads = new WorkloadDocument(secrets);
    private final JoinTokens tokens =
            new JoinTokens(new TokenDocument(secrets), new SecureRandom());
    private final List<String> expected = new ArrayList<>();
    private CertificateAuthority authority;
    private CertificateDesk desk;

    @BeforeEach
    void open() throws IOException {
        authority = CertificateAuthorityTest.open(secrets, Duration.ofHours(24));
        desk = new HostCertificateDesk(authority, tokens, workloads, InstantSource.fixed(NOW));
    }

    @Test
    void localApplicantNeedsNoToken() throws Exception {
        assertThat(answer(order("b", null, "127.0.0.5"), new Applicant.Local()))
                .isInstanceOfSatisfying(
                        Answer.Granted.class,
                        granted -> assertThat(granted.membershipChanged()).isTrue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | uid 0 on its own host",
                "1000 | uid 0 and of its own uid 1000 on its own host"
            })
    void localApplicantOfAnotherUserIsToldWhoIsServed(int ownUid, String served) throws Exception {
        JoinToken token = token("b", "127.0.0.5");

        assertThat(
                        answer(
                                order("b", token.secret(), "127.0.0.5"),
                                new Applicant.OtherUser(65534, ownUid)))
                .isEqualTo(
                        new Answer.Refused(
                                new Refusal(
                                        "other_user",
                                        "this control plane serves sidecars of "
                                                + served
                                                + " (got: uid 65534); start the sidecar as one of"
                                                + " them, or join over TCP with a token")));
        assertThat(workloads.all()).isEmpty();
    }

    @Test
    void theEndOfACertificateIsKnownUntilTheWorkloadIsRemoved() throws Exception {
        assertThat(workloads.certificates()).isEmpty();
        answer(order("b", null, "127.0.0.5"), new Applicant.Local());
        answer(order("c", null, "127.0.0.6"), new Applicant.Local());

        workloads.remove("c");

        assertThat(new WorkloadDocument(secrets).certificates())
                .containsOnlyKeys("b")
                .containsValue(NOW.plus(Duration.ofHours(24)));
    }

    @Test
    void datesThatCannotBeReadAreLeftOut() throws Exception {
        secrets.write("certificates", "b\n\nc x\nd 2026-03-01T10:00:00Z\n".getBytes(UTF_8));

        assertThat(workloads.certificates()).containsExactly(Map.entry("d", NOW));
    }

    @Test
    void sameWorkloadAgainIsNoChange() throws Exception {
        answer(order("b", null, "127.0.0.5"), new Applicant.Local());

        assertThat(answer(order("b", null, "127.0.0.5"), new Applicant.Local()))
                .isInstanceOfSatisfying(
                        Answer.Granted.class,
                        granted -> assertThat(granted.membershipChanged()).isFalse());
    }

    @Test
    void memberRenewsHisOwnNameAndAddressesAndNoOthers() throws Exception {
        Applicant member =
                new Applicant.Member(
                        new PeerIdentity(
                                SpiffeId.host(authority.trustDomain(), "b"),
                                List.of(IpAddress.of("127.0.0.5")),
                                NOW));

        assertThat(answer(order("b", null, "127.0.0.5"), member))
                .isInstanceOf(Answer.Granted.class);
        assertThat(answer(order("a", null, "127.0.0.5"), member))
                .isInstanceOf(Answer.Refused.class);
        assertThat(answer(order("b", null, "127.0.0.5", "127.0.0.6"), member))
                .isInstanceOf(Answer.Refused.class);
    }

    @Test
    void workloadOutsideTheTokensAddressesIsRefused() throws Exception {
        JoinToken token = token("b", "127.0.0.5");
        CertificateOrder order = order("b", token.secret(), "127.0.0.5");
        CertificateOrder greedy =
                new CertificateOrder(
                        order.csr(),
                        order.name(),
                        order.addresses(),
                        List.of(new WorkloadAddress(IpAddress.of("127.0.0.9"), Set.of())),
                        order.token());

        assertThat(reason(greedy)).isEqualTo("other_addresses");
        assertThat(workloads.all()).isEmpty();
    }

    @Test
    void workloadOfAnotherSidecarIsRefusedUntilThatOneIsRemoved() throws Exception {
        answer(order("b", null, "127.0.0.5"), new Applicant.Local());

        assertThat(localReason(order("c", null, "127.0.0.5"))).isEqualTo("address_taken");
        assertThat(workloads.all()).extracting(WorkloadResource::name).containsExactly("b");

        workloads.remove("b");
        assertThat(answer(order("c", null, "127.0.0.5"), new Applicant.Local()))
                .isInstanceOf(Answer.Granted.class);
    }

    @Test
    void strangerWithoutATokenLearnsNothingOfWhoHasAnAddress() throws Exception {
        answer(order("b", null, "127.0.0.5"), new Applicant.Local());

        assertThat(reason(order("c", null, "127.0.0.5"))).isEqualTo("no_token");
    }

    @Test
    void nameOfAConnectedSidecarIsRefusedToOtherClaims() throws Exception {
        answer(order("b", null, "127.0.0.5"), new Applicant.Local());
        List<WorkloadResource> before = workloads.all();
        Deque<Duration> waits = new ArrayDeque<>();
        LiveSidecars connected =
                live((_, limit) -> {
                    waits.add(limit);
                    return false;
                });

        assertThat(desk.answer(order("b", null, "127.0.0.6"), new Applicant.Local(), connected))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused ->
                                assertThat(refused.refusal())
                                        .isEqualTo(
                                                new Refusal(
                                                        "name_in_use",
                                                        "name: b with addresses [127.0.0.6], but a"
                                                                + " sidecar of this name is connected"
                                                                + " or about to be, with others (expected:"
                                                                + " [127.0.0.5] and the same"
                                                                + " workload); give this node a prefix"
                                                                + " with another last part, or stop"
                                                                + " that one")));
        assertThat(workloads.all()).isEqualTo(before);
        assertThat(waits).containsExactly(Duration.ofSeconds(1), Duration.ZERO);
    }

    @Test
    void sameClaimAgainWaitsForNothingThoughASidecarOfTheNameIsConnected() throws Exception {
        answer(order("b", null, "127.0.0.5"), new Applicant.Local());
        LiveSidecars notAsked =
                live((_, _) -> {
                    throw new AssertionError("asked");
                });

        assertThat(desk.answer(order("b", null, "127.0.0.5"), new Applicant.Local(), notAsked))
                .isInstanceOf(Answer.Granted.class);
    }

    @Test
    void restartWithOtherClaimsIsServedWhenTheOldConnectionHasGoneMeanwhile() throws Exception {
        answer(order("b", null, "127.0.0.5"), new Applicant.Local());
        AtomicBoolean gone = new AtomicBoolean();
        LiveSidecars closing =
                live((_, limit) -> {
                    gone.compareAndSet(false, !limit.isZero());
                    return gone.get();
                });

        assertThat(desk.answer(order("b", null, "127.0.0.6"), new Applicant.Local(), closing))
                .isInstanceOf(Answer.Granted.class);
        assertThat(workloads.all())
                .extracting(WorkloadResource::sources)
                .containsExactly(List.of(IpAddress.of("127.0.0.6")));
    }

    @Test
    void tokenMayBeUsedAgainUntilItExpires() throws Exception {
        JoinToken token = token("b", "127.0.0.5");

        for (int i = 0; i < 3; i++) {
            assertThat(answer(order("b", token.secret(), "127.0.0.5"), new Applicant.Stranger()))
                    .isInstanceOf(Answer.Granted.class);
        }
        assertThat(tokens.verify(token.secret(), "b", List.of(), NOW.plus(Duration.ofMinutes(5))))
                .isEqualTo(new TokenVerdict.Expired(NOW.plus(Duration.ofMinutes(5))));
    }

    @Test
    void malformedOrdersAreRefused() throws Exception {
        CertificateOrder good = order("b", null, "127.0.0.5");

        assertThat(localReason(order("../b", null, "127.0.0.5"))).isEqualTo("malformed");
        assertThat(localReason(order("b", null))).isEqualTo("malformed");
        assertThat(
                        localReason(
                                new CertificateOrder(
                                        "no csr", "b", good.addresses(), List.of(), null)))
                .isEqualTo("malformed");
    }

    @Test
    void secretOfATokenIsNotKept() throws Exception {
        JoinToken token = token("b", "127.0.0.5");

        for (byte[] document : secrets.documents.values()) {
            assertThat(new String(document, StandardCharsets.UTF_8)).doesNotContain(token.secret());
        }
    }

    /** From its certificate until it connects, a sidecar has its name already. */
    @Test
    void sidecarIsExpectedOnceItHasGotItsCertificate() throws Exception {
        answer(order("b", null, "127.0.0.5"), new Applicant.Local());
        assertThat(expected).containsExactly("b");

        answer(order("../b", null, "127.0.0.6"), new Applicant.Local());
        answer(order("c", null, "127.0.0.5"), new Applicant.Local());
        assertThat(expected).containsExactly("b");
    }

    @Test
    void registeredSidecarsAreExpectedBackAfterAStart() throws Exception {
        answer(order("b", null, "127.0.0.5"), new Applicant.Local());
        answer(order("a", null, "127.0.0.6"), new Applicant.Local());
        expected.clear();

        new HostCertificateDesk(authority, tokens, workloads, InstantSource.fixed(NOW))
                .expectRegistered(live((_, _) -> true));

        assertThat(expected).containsExactly("a", "b");
    }

    /** Sidecars of which it is known who is gone; what is expected is noted. */
    private LiveSidecars live(BiPredicate<String, Duration> gone) {
        return new LiveSidecars() {
            @Override
            public boolean awaitGone(String name, Duration limit) {
                return gone.test(name, limit);
            }

            @Override
            public void expect(String name, Duration within) {
                expected.add(name);
            }
        };
    }

    private Answer answer(CertificateOrder order, Applicant applicant) throws IOException {
        return desk.answer(order, applicant, live((_, _) -> true));
    }

    private String reason(CertificateOrder order) throws IOException {
        return refused(answer(order, new Applicant.Stranger()));
    }

    private String localReason(CertificateOrder order) throws IOException {
        return refused(answer(order, new Applicant.Local()));
    }

    private static String refused(Answer answer) {
        return switch (answer) {
            case Answer.Refused(var refusal) -> refusal.reason();
            case Answer.Granted _ -> throw new AssertionError("granted");
        };
    }

    private JoinToken token(String name, String address) throws IOException {
        return tokens.create(
                name,
                List.of(IpAddress.of(address)),
                Duration.ofMinutes(5),
                "127.0.0.1:8005",
                authority.pin(),
                NOW);
    }

    private static CertificateOrder order(
            String name, @Nullable String secret, String... addresses) {
        List<IpAddress> ips = Arrays.stream(addresses).map(IpAddress::of).toList();
        return new CertificateOrder(
                Pem.ofRequest(CertificateRequest.create(P256.generate(new SecureRandom()))),
                name,
                ips,
                ips.stream().map(ip -> new WorkloadAddress(ip, Set.of(80))).toList(),
                secret);
    }
}
