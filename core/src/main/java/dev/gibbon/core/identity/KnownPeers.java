package dev.gibbon.core.identity;

import dev.gibbon.core.identity.PeerVerdict.Trusted;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@link PeerCheck#checkChain}, which remembers chains that it has trusted: a peer shows the same
 * one on each connection, and signatures need not be verified again for that. That the peer has the
 * key is not remembered; each handshake proves it.
 *
 * <p>The same certificates, byte by byte, lead to the same roots as long as all of them are valid,
 * so what is remembered holds from the latest beginning to the earliest end, and for one bundle.
 * What was rejected is looked at again.
 *
 * <p>Any thread may call; it does not block. Threads that meet at the bound may exceed it by one
 * each.
 */
public final class KnownPeers {
    private final int capacity;
    private volatile @Nullable Trust trust;

    /** What one bundle has led to. */
    private record Trust(TrustBundle bundle, Map<List<X509Certificate>, Known> chains) {}

    private record Known(Trusted verdict, Instant begin, Instant end) {
        static Known of(Trusted verdict, List<X509Certificate> chain) {
            Instant begin = Instant.MIN;
            Instant end = Instant.MAX;
            for (X509Certificate one : chain) {
                Instant from = one.getNotBefore().toInstant();
                Instant until = one.getNotAfter().toInstant();
                begin = from.isAfter(begin) ? from : begin;
                end = until.isBefore(end) ? until : end;
            }
            return new Known(verdict, begin, end);
        }

        boolean holds(Instant now) {
            return !now.isBefore(begin) && !now.isAfter(end);
        }
    }

    /**
     * None is known yet.
     *
     * @param capacity how many are remembered; beyond it all are forgotten, which costs a look at
     *     each
     */
    public KnownPeers(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: 1 or more)");
        }
        this.capacity = capacity;
    }

    /** As {@link PeerCheck#checkChain}. */
    public PeerVerdict checkChain(List<X509Certificate> chain, TrustBundle bundle, Instant now) {
        Trust current = trust;
        if (current == null || !current.bundle().equals(bundle)) {
            current = new Trust(bundle, new ConcurrentHashMap<>());
            trust = current;
        }
        Known known = current.chains().get(chain);
        if (known != null && known.holds(now)) {
            return known.verdict();
        }
        PeerVerdict verdict = PeerCheck.checkChain(chain, bundle, now);
        if (verdict instanceof Trusted trusted) {
            if (current.chains().size() >= capacity) {
                current.chains().clear();
            }
            current.chains().put(List.copyOf(chain), Known.of(trusted, chain));
        }
        return verdict;
    }

    /** How many chains are remembered. */
    int size() {
        Trust current = trust;
        return current == null ? 0 : current.chains().size();
    }
}
