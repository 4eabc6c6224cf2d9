package dev.gibbon.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.join.CertificateGrant;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.join.Refusal;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.Names;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.Validity;
import dev.gibbon.core.x509.X509FormatException;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Renewal on a frozen clock: the event loop of an embedded channel is the scheduler. */
class IdentityKeeperTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration LIFETIME = Duration.ofHours(24);
    private static final TrustDomain MESH = new TrustDomain("mesh-1");

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final CertificateIssuer issuer = new CertificateIssuer(new SecureRandom());
    private final KeyPair rootKeys = P256.generate(new SecureRandom());
    private final X509Certificate root =
            issuer.root(rootKeys, "root", Validity.from(START, Duration.ofDays(100)));
    private final TrustBundle bundle = new TrustBundle(MESH, List.of(root));
    private final IdentityHolder holder = new IdentityHolder();
    private final List<Instant> orders = new ArrayList<>();
    private final List<Optional<Identity>> proofs = new ArrayList<>();
    private final Deque<Exception> failures = new ArrayDeque<>();
    private Duration passed = Duration.ZERO;
    private String certifiedName = "b";
    private Optional<PublicKey> certifiedKey = Optional.empty();
    private IdentityKeeper keeper;

    @BeforeEach
    void create() {
        channel.freezeTime();
        InstantSource clock = () -> START.plus(passed);
        keeper =
                new IdentityKeeper(
                        new IdentityKeeper.Claim(
                                "b", List.of(IpAddress.of("127.0.0.5")), List.of(), "secret"),
                        this::answer,
                        holder,
                        channel.eventLoop(),
                        Runnable::run,
                        clock,
                        new SecureRandom(),
                        new Random(5),
                        Log.NONE);
    }

    @Test
    void certificateIsRenewedAtAboutHalfOfItsLife() {
        CompletableFuture<Identity> first = keeper.start();
        advance(Duration.ofHours(100), Duration.ofMinutes(1));

        assertThat(first).isCompleted();
        assertThat(orders).hasSizeBetween(8, 10);
        for (int i = 1; i < orders.size(); i++) {
            assertThat(Duration.between(orders.get(i - 1), orders.get(i)))
                    .isBetween(Duration.ofMinutes(648), Duration.ofMinutes(794));
        }
    }

    @Test
    void identityStaysUntilItIsReplacedAndFailuresAreRepeated() throws Exception {
        Identity first = first();
        for (int i = 0; i < 4; i++) {
            failures.add(new IOException("control plane away"));
        }

        advance(Duration.ofMinutes(640), Duration.ofMinutes(1));
        assertThat(holder.current()).contains(first);
        advance(Duration.ofMinutes(160), Duration.ofMillis(500));

        assertThat(failures).isEmpty();
        assertThat(orders).hasSize(6);
        assertThat(Duration.between(orders.get(1), orders.get(5)))
                .isLessThan(Duration.ofSeconds(6));
        assertThat(holder.current()).isPresent().get().isNotEqualTo(first);
    }

    @Test
    void refusalFailsTheStartButAttemptsGoOn() {
        failures.add(new OrderRefusedException(new Refusal("expired", "join token: expired")));

        CompletableFuture<Identity> first = keeper.start();
        advance(Duration.ofSeconds(1), Duration.ofMillis(10));

        assertThatThrownBy(() -> first.get(1, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(OrderRefusedException.class);
        assertThat(holder.current()).isPresent();
    }

    @Test
    void certificateForAnotherNameOrKeyIsNotUsed() {
        certifiedName = "c";
        CompletableFuture<Identity> first = keeper.start();
        advance(Duration.ofSeconds(10), Duration.ofMillis(50));
        assertThat(first).isNotDone();
        assertThat(orders).hasSizeGreaterThan(3);
        assertThat(holder.current()).isEmpty();

        certifiedName = "b";
        certifiedKey = Optional.of(P256.generate(new SecureRandom()).getPublic());
        advance(Duration.ofSeconds(10), Duration.ofMillis(50));
        assertThat(holder.current()).isEmpty();

        certifiedKey = Optional.empty();
        advance(Duration.ofSeconds(10), Duration.ofMillis(50));
        assertThat(holder.current()).isPresent();
    }

    @Test
    void certificateProvesWhoRenewsUntilItHasEnded() throws Exception {
        Identity first = first();
        assertThat(proofs).containsExactly(Optional.empty());
        advance(Duration.ofMinutes(800), Duration.ofMinutes(1));
        assertThat(proofs.get(1)).contains(first);

        for (int i = 0; i < 20_000; i++) {
            failures.add(new IOException("control plane away"));
        }
        advance(Duration.ofHours(40), Duration.ofSeconds(30));
        assertThat(proofs.getLast()).isEmpty();
    }

    @Test
    void everyRenewalHasANewKey() throws Exception {
        Identity first = first();
        advance(Duration.ofMinutes(800), Duration.ofMinutes(1));

        assertThat(holder.current().orElseThrow().key()).isNotEqualTo(first.key());
    }

    @Test
    void stoppedKeeperOrdersNoMore() throws Exception {
        first();
        keeper.stop();
        advance(Duration.ofHours(30), Duration.ofMinutes(1));

        assertThat(orders).hasSize(1);
    }

    private Identity first() throws Exception {
        CompletableFuture<Identity> first = keeper.start();
        channel.runPendingTasks();
        return first.get(1, TimeUnit.SECONDS);
    }

    private void advance(Duration time, Duration step) {
        for (Duration done = Duration.ZERO; done.compareTo(time) < 0; done = done.plus(step)) {
            passed = passed.plus(step);
            channel.advanceTimeBy(step.toMillis(), TimeUnit.MILLISECONDS);
            channel.runPendingTasks();
            channel.runScheduledPendingTasks();
        }
    }

    private CompletableFuture<CertificateGrant> answer(
            CertificateOrder order, Optional<Identity> proof) {
        orders.add(START.plus(passed));
        proofs.add(proof);
        Exception failure = failures.poll();
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        try {
            CertificateRequest request = CertificateRequest.parse(Pem.request(order.csr()));
            X509Certificate leaf =
                    issuer.leaf(
                            root,
                            rootKeys.getPrivate(),
                            certifiedKey.orElse(request.publicKey()),
                            new Names(
                                    null,
                                    SpiffeId.host(MESH, certifiedName).toString(),
                                    order.addresses(),
                                    List.of()),
                            Validity.from(START.plus(passed), LIFETIME));
            return CompletableFuture.completedFuture(new CertificateGrant(List.of(leaf), bundle));
        } catch (X509FormatException e) {
            throw new AssertionError(e);
        }
    }
}
