package dev.gibbon.operator.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.SecretStore;
import dev.gibbon.controlplane.authority.TestIssuer;
import dev.gibbon.core.identity.PeerCheck;
import dev.gibbon.core.identity.PeerVerdict;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.x509.P256;
import dev.gibbon.operator.rotation.RotationLoop.Request;
import dev.gibbon.operator.rotation.RotationLoop.Supply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A change of roots from the request to the end, with a clock that the test moves. */
class RotationLoopTest {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final PublicKey KEY = P256.generate(new SecureRandom()).getPublic();

    private final Store store = new Store();
    private final List<String> steps = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private boolean trusted = true;
    private Supply supply = new Supply.Own();
    private CertificateAuthority authority;
    private RotationLoop loop;

    /** A Secret: each write makes another version of it. It can fail at one of them. */
    private static final class Store implements SecretStore {
        final Map<String, byte[]> documents = new HashMap<>();
        int version;
        int failAt = -1;

        @Override
        public Optional<byte[]> read(String name) {
            return Optional.ofNullable(documents.get(name));
        }

        @Override
        public void write(String name, byte[] content) throws IOException {
            version++;
            if (version == failAt) {
                throw new IOException("the API server is away");
            }
            documents.put(name, content);
        }
    }

    @BeforeEach
    void open() throws IOException {
        authority = CertificateAuthority.open(store, clock, new SecureRandom(), LIFETIME);
        loop = restarted();
    }

    private RotationLoop restarted() throws IOException {
        authority = CertificateAuthority.open(store, clock, new SecureRandom(), LIFETIME);
        return new RotationLoop(
                authority,
                store,
                clock,
                new SecureRandom(),
                () -> trusted,
                (reason, _) -> steps.add(reason),
                Log.NONE);
    }

    private void look(String requested) throws IOException {
        loop.look(new Request(String.valueOf(store.version), requested), supply);
    }

    private void lookFor(Duration time, String requested) throws IOException {
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            now = now.plusSeconds(30);
            look(requested);
        }
    }

    private List<X509Certificate> roots() {
        return authority.bundle().roots();
    }

    @Test
    void nothingHappensUnasked() throws Exception {
        int before = store.version;

        lookFor(Duration.ofHours(5), "");

        assertThat(store.version).isEqualTo(before);
        assertThat(steps).isEmpty();
    }

    @Test
    void requestChangesTheRootOnce() throws Exception {
        X509Certificate old = roots().getFirst();

        lookFor(Duration.ofHours(5), "please");

        assertThat(steps).containsExactly("RootPrepared", "RootActivated", "RootsRetired");
        assertThat(roots()).hasSize(1).doesNotContain(old);

        lookFor(Duration.ofHours(5), "once more");
        assertThat(steps).hasSize(6);
    }

    @Test
    void oldRootIsChangedUnasked() throws Exception {
        now = now.plus(Duration.ofDays(3650 * 79 / 100));
        look("");
        assertThat(steps).isEmpty();

        now = now.plus(Duration.ofDays(3650 * 2 / 100));
        lookFor(Duration.ofHours(5), "");

        assertThat(steps).containsExactly("RootPrepared", "RootActivated", "RootsRetired");
    }

    @Test
    void nextRootDoesNotSignBeforeAllTrustIt() throws Exception {
        X509Certificate old = roots().getFirst();
        trusted = false;

        lookFor(Duration.ofMinutes(50), "please");
        assertThat(roots()).hasSize(2).startsWith(old);

        trusted = true;
        look("please");
        assertThat(roots()).hasSize(2).endsWith(old);
    }

    /** Whichever write fails, another process goes on, and comes to the same end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void changeSurvivesTheEndOfTheProcessAtAnyWrite(int write) throws Exception {
        X509Certificate old = roots().getFirst();
        store.failAt = store.version + write;

        assertThatThrownBy(() -> lookFor(Duration.ofHours(5), "please"))
                .hasMessage("the API server is away");
        loop = restarted();
        lookFor(Duration.ofHours(5), "please");

        assertThat(roots()).hasSize(1).doesNotContain(old);
        assertThat(steps).doesNotHaveDuplicates();
        steps.clear();
        lookFor(Duration.ofHours(5), "please");
        assertThat(steps).as("the request was dealt with").isEmpty();
    }

    @Test
    void recordThatCannotBeReadIsSaid() throws Exception {
        store.write(
                RotationRecord.DOCUMENT,
                "PREPARED\nnonsense\n\n".getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> look("")).hasMessageContaining("rotation: unreadable");
    }

    /**
     * Sidecars renew at half the life of their certificates, and hear of a bundle up to two minutes
     * late; one that has not heard is waited for. At no time do two of them, or one and the control
     * plane, distrust each other.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noTwoMembersEverDistrustEachOther(long seed) throws Exception {
        Random random = new Random(seed);
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            members.add(new Member(random.nextInt(1800), random.nextInt(120)));
        }
        for (int second = 0; second < 4 * 3600; second += 15) {
            now = now.plusSeconds(15);
            members.forEach(Member::live);
            trusted = members.stream().allMatch(one -> one.bundle.equals(authority.bundle()));
            look(second < 600 ? "" : "please");
            for (Member one : members) {
                for (Member other : members) {
                    assertThat(PeerCheck.checkChain(one.chain, other.bundle, now))
                            .isInstanceOf(PeerVerdict.Trusted.class);
                }
            }
        }
        assertThat(steps).containsExactly("RootPrepared", "RootActivated", "RootsRetired");
        assertThat(members)
                .allSatisfy(member -> assertThat(member.bundle).isEqualTo(authority.bundle()));
    }

    private Supply offering(TestIssuer issuer) {
        return new Supply.Issuer(
                Optional.of(issuer.intermediate(Optional.of(authority.trustDomain()), now)));
    }

    @Test
    void issuersRootFollowsTheOwnOneAndIsFollowedByIt() throws Exception {
        X509Certificate own = roots().getFirst();
        TestIssuer root = TestIssuer.root("root", now);
        supply = offering(root.issue("mesh", now));

        lookFor(Duration.ofHours(5), "");

        assertThat(steps).containsExactly("RootPrepared", "RootActivated", "RootsRetired");
        assertThat(roots()).containsExactly(root.certificate());
        assertThat(authority.signing()).hasSize(2);

        supply = new Supply.Own();
        lookFor(Duration.ofHours(5), "");

        assertThat(steps).hasSize(6);
        assertThat(authority.signing()).hasSize(1).doesNotContain(own, root.certificate());
    }

    @Test
    void whatIsRenewedBelowTheSameRootSignsAtOnce() throws Exception {
        TestIssuer root = TestIssuer.root("root", now);
        supply = offering(root.issue("mesh", now));
        lookFor(Duration.ofHours(5), "");
        steps.clear();
        TestIssuer renewed = root.issue("mesh", now);
        supply = offering(renewed);

        look("");

        assertThat(steps).containsExactly("IntermediateRenewed");
        assertThat(authority.signing()).containsExactly(renewed.certificate(), root.certificate());
        int version = store.version;
        lookFor(Duration.ofHours(5), "");
        assertThat(store.version).as("no second write").isEqualTo(version);
    }

    @Test
    void whatIsOfNoUseLeavesTheLastOneInPlace() throws Exception {
        supply = offering(TestIssuer.root("root", now).issue("mesh", now));
        lookFor(Duration.ofHours(5), "");
        List<X509Certificate> signing = authority.signing();
        supply = new Supply.Issuer(Optional.empty());

        lookFor(Duration.ofDays(2), "please");

        assertThat(authority.signing()).isEqualTo(signing);
        assertThat(steps).hasSize(3);
    }

    @Test
    void issuerThatChangesItsRootTwiceIsFollowedToTheLast() throws Exception {
        supply = offering(TestIssuer.root("first", now).issue("mesh", now));
        lookFor(Duration.ofMinutes(1), "");
        TestIssuer last = TestIssuer.root("last", now);
        supply = offering(last.issue("mesh", now));

        lookFor(Duration.ofHours(5), "");

        assertThat(steps)
                .containsExactly("RootPrepared", "RootPrepared", "RootActivated", "RootsRetired");
        assertThat(roots()).containsExactly(last.certificate());
    }

    /** Whichever write fails, another process goes on, and comes to the same end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void changeToAnIssuerSurvivesTheEndOfTheProcessAtAnyWrite(int write) throws Exception {
        TestIssuer root = TestIssuer.root("root", now);
        supply = offering(root.issue("mesh", now));
        store.failAt = store.version + write;

        assertThatThrownBy(() -> lookFor(Duration.ofHours(5), ""))
                .hasMessage("the API server is away");
        loop = restarted();
        lookFor(Duration.ofHours(5), "");

        assertThat(roots()).containsExactly(root.certificate());
        assertThat(authority.signing()).hasSize(2);
    }

    /**
     * The mesh goes from a root of its own to an issuer's, which renews the intermediate and then
     * changes its root.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noTwoMembersDistrustEachOtherWhateverTheIssuerDoes(long seed) throws Exception {
        Random random = new Random(seed);
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            members.add(new Member(random.nextInt(1800), random.nextInt(120)));
        }
        TestIssuer first = TestIssuer.root("first", now);
        TestIssuer second = TestIssuer.root("second", now);
        for (int tick = 0; tick < 10 * 120; tick++) {
            now = now.plusSeconds(30);
            if (tick % 120 == 20) {
                TestIssuer root = tick < 4 * 120 ? first : second;
                supply = offering(root.issue("mesh", now));
            }
            members.forEach(Member::live);
            trusted = members.stream().allMatch(one -> one.bundle.equals(authority.bundle()));
            look("");
            for (Member one : members) {
                for (Member other : members) {
                    assertThat(PeerCheck.checkChain(one.chain, other.bundle, now))
                            .isInstanceOf(PeerVerdict.Trusted.class);
                }
            }
        }
        assertThat(roots()).containsExactly(second.certificate());
        assertThat(steps).contains("IntermediateRenewed").endsWith("IntermediateRenewed");
        assertThat(steps.stream().filter("RootsRetired"::equals)).hasSize(2);
    }

    /** A sidecar, or a replica of the control plane, as far as certificates go. */
    private final class Member {
        private final int lag;
        private List<X509Certificate> chain;
        private Instant renewed;
        private TrustBundle bundle = authority.bundle();
        private TrustBundle heard = authority.bundle();
        private Instant heardAt = now;

        Member(int age, int lag) {
            this.lag = lag;
            this.chain = authority.signControlPlane(KEY);
            this.renewed = now.minusSeconds(age);
        }

        void live() {
            if (Duration.between(renewed, now).compareTo(LIFETIME.dividedBy(2)) >= 0) {
                chain = authority.signControlPlane(KEY);
                renewed = now;
            }
            if (!heard.equals(authority.bundle())) {
                heard = authority.bundle();
                heardAt = now;
            }
            if (Duration.between(heardAt, now).toSeconds() >= lag) {
                bundle = heard;
            }
        }
    }
}
