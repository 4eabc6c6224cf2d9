package dev.gibbon.sidecar.control;

import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.identity.PeerCheck;
import dev.gibbon.core.identity.PeerVerdict.Rejected;
import dev.gibbon.core.identity.PeerVerdict.Trusted;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.join.CertificateGrant;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import java.io.IOException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the sidecar certified: makes a key, orders a certificate for it, and does so again, with a
 * new key, when about half of the certificate's life is over. An attempt that fails is repeated
 * with back-off; the identity there is stays until it is replaced. State is confined to the
 * scheduler, which must run one thing at a time; keys are made on the executor.
 */
// A scheduled attempt reports its own failure.
@SuppressWarnings("FutureReturnValueIgnored")
public final class IdentityKeeper {
    /** Renewals are spread over this part of a lifetime around its half, either way. */
    private static final double JITTER = 0.05;

    private final Claim claim;
    private final BiFunction<
                    CertificateOrder, Optional<Identity>, CompletableFuture<CertificateGrant>>
            orders;
    private final IdentityHolder holder;
    private final ScheduledExecutorService scheduler;
    private final Executor executor;
    private final InstantSource clock;
    private final SecureRandom keyRandom;
    private final RandomGenerator random;
    private final Log log;
    private final Backoff backoff;
    private final CompletableFuture<Identity> first = new CompletableFuture<>();
    private volatile boolean closed;

    /** The secret that goes with an order. */
    @FunctionalInterface
    public interface Token {

        /** The secret, which is not for logs; null for none. May block. */
        @Nullable String read() throws IOException;
    }

    /**
     * Who the sidecar says it is.
     *
     * @param name one segment of letters, digits, dots, dashes, underscores
     * @param addresses that its connections come from, and that it is reached at
     * @param workload what it captures; empty declares nothing
     * @param token proves it, read anew for each order
     * @param namespace of the pod that it is in; null on a plain host
     */
    public record Claim(
            String name,
            List<IpAddress> addresses,
            List<WorkloadAddress> workload,
            Token token,
            @Nullable String namespace) {
        public Claim {
            addresses = List.copyOf(addresses);
            workload = List.copyOf(workload);
        }

        /**
         * The claim of a sidecar on a plain host.
         *
         * @param token the secret of the join token; null on the control plane's own host
         */
        public Claim(
                String name,
                List<IpAddress> addresses,
                List<WorkloadAddress> workload,
                @Nullable String token) {
            this(name, addresses, workload, () -> token, null);
        }

        /** Whether a certificate of this name is one for us. */
        boolean fits(SpiffeId id) {
            return namespace == null
                    ? id.hostName().equals(Optional.of(name))
                    : id.path().startsWith("/ns/" + namespace + "/sa/");
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Claim[" + name + " " + addresses + " " + workload + "]";
        }
    }

    IdentityKeeper(
            Claim claim,
            BiFunction<CertificateOrder, Optional<Identity>, CompletableFuture<CertificateGrant>>
                    orders,
            IdentityHolder holder,
            ScheduledExecutorService scheduler,
            Executor executor,
            InstantSource clock,
            SecureRandom keyRandom,
            RandomGenerator random,
            Log log) {
        this.claim = claim;
        this.orders = orders;
        this.holder = holder;
        this.scheduler = scheduler;
        this.executor = executor;
        this.clock = clock;
        this.keyRandom = keyRandom;
        this.random = random;
        this.log = log;
        this.backoff = new Backoff(random);
    }

    /**
     * Begins.
     *
     * @return completes with the first identity; before there was one, fails with {@link
     *     OrderRefusedException} when the control plane refuses, and with {@link
     *     OtherAuthorityException} when it is another one (attempts go on all the same)
     */
    public CompletableFuture<Identity> start() {
        scheduler.execute(this::order);
        return first.copy();
    }

    /** Stops to renew; the identity stays. */
    public void stop() {
        closed = true;
    }

    private void order() {
        if (!closed) {
            executor.execute(this::makeKeyAndOrder);
        }
    }

    private void makeKeyAndOrder() {
        KeyPair keys = P256.generate(keyRandom);
        String token;
        try {
            token = claim.token().read();
        } catch (IOException e) {
            onScheduler(() -> answered(keys, null, e));
            return;
        }
        CertificateOrder order =
                new CertificateOrder(
                        Pem.ofRequest(CertificateRequest.create(keys)),
                        claim.name(),
                        claim.addresses(),
                        claim.workload(),
                        token);
        Instant now = clock.instant();
        // A pod is proved by its token alone: so it is certified, too, by an authority that would
        // not take its certificate of before.
        Optional<Identity> proof =
                claim.namespace() == null
                        ? holder.current().filter(id -> now.isBefore(id.notAfter()))
                        : Optional.empty();
        orders.apply(order, proof)
                .whenComplete(
                        (grant, failure) -> onScheduler(() -> answered(keys, grant, failure)));
    }

    private void onScheduler(Runnable task) {
        try {
            scheduler.execute(task);
        } catch (RejectedExecutionException _) {
            // The sidecar stops; nobody wants the answer any more.
            stop();
        }
    }

    private void answered(
            KeyPair keys, @Nullable CertificateGrant grant, @Nullable Throwable failure) {
        try {
            if (grant == null) {
                throw failure == null ? new IOException("no answer") : failure;
            }
            verify(keys, grant);
            Identity identity = new Identity(keys.getPrivate(), grant.chain(), grant.bundle());
            backoff.reset();
            holder.replace(identity);
            first.complete(identity);
            log.info("certificate obtained", "name", claim.name(), "notAfter", identity.notAfter());
            schedule(renewal(identity));
        } catch (Throwable e) {
            failed(e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
        }
    }

    /** What we were given must be for our key, and pass the check that peers will make. */
    private void verify(KeyPair keys, CertificateGrant grant) throws IOException {
        if (!grant.chain().getFirst().getPublicKey().equals(keys.getPublic())) {
            throw new IOException("the certificate is for another key");
        }
        switch (PeerCheck.checkChain(grant.chain(), grant.bundle(), clock.instant())) {
            case Trusted(var identity) when !claim.fits(identity.id()) ->
                    throw new IOException("the certificate is for " + identity.id());
            case Trusted _ -> {}
            case Rejected rejected ->
                    throw new IOException("the certificate does not verify: " + rejected);
        }
    }

    private void failed(Throwable cause) {
        Duration wait = backoff.next();
        log.warn(
                "certificate not obtained",
                "name",
                claim.name(),
                "cause",
                String.valueOf(cause.getMessage()),
                "retryInMillis",
                wait.toMillis());
        if (cause instanceof OrderRefusedException || cause instanceof OtherAuthorityException) {
            first.completeExceptionally(cause);
        }
        schedule(wait);
    }

    private Duration renewal(Identity identity) {
        Duration left = Duration.between(clock.instant(), identity.notAfter());
        double part = 0.5 + JITTER * (2 * random.nextDouble() - 1);
        return Duration.ofMillis(Math.max(1, (long) (left.toMillis() * part)));
    }

    private void schedule(Duration wait) {
        if (!closed) {
            scheduler.schedule(this::order, wait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
