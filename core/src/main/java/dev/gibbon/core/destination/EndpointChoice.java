package dev.gibbon.core.destination;

import dev.gibbon.core.net.IpPort;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * In which order endpoints are tried: those in the own zone, then those in others, then those that
 * are draining. Within each of these it is the less loaded of two that were drawn at random: that
 * spreads load nearly as well as looking at all of them, and clients that know nothing of each
 * other do not all choose the same one (Mitzenmacher, The Power of Two Choices in Randomized Load
 * Balancing, 2001). Made once for a destination, and asked for each connection and request: it
 * copies no endpoints then. Immutable, and pure but for what is passed in.
 */
public final class EndpointChoice {
    private static final int NEAR = 0;
    private static final int FAR = 1;
    private static final int DRAINING = 2;

    /** Addresses by what is tried first. */
    private final IpPort[][] tiers;

    private final int size;

    private EndpointChoice(IpPort[][] tiers, int size) {
        this.tiers = tiers;
        this.size = size;
    }

    /**
     * A choice among the endpoints of a destination.
     *
     * @param zone where the caller runs; null when it is not known
     */
    public static EndpointChoice of(Destination destination, @Nullable String zone) {
        Predicate<Endpoint> near = endpoint -> zone != null && zone.equals(endpoint.zone());
        IpPort[][] tiers = new IpPort[DRAINING + 1][];
        tiers[NEAR] = select(destination, endpoint -> !endpoint.draining() && near.test(endpoint));
        tiers[FAR] = select(destination, endpoint -> !endpoint.draining() && !near.test(endpoint));
        tiers[DRAINING] = select(destination, Endpoint::draining);
        return new EndpointChoice(tiers, destination.endpoints().size());
    }

    private static IpPort[] select(Destination destination, Predicate<Endpoint> which) {
        return destination.endpoints().stream()
                .filter(which)
                .map(Endpoint::address)
                .toArray(IpPort[]::new);
    }

    /**
     * Chooses.
     *
     * @param load how much this caller has under way with an endpoint
     * @param most how many are wanted at most
     * @return different addresses, the first to be tried first; empty when there are no endpoints
     */
    public List<IpPort> order(ToIntFunction<IpPort> load, RandomGenerator random, int most) {
        int wanted = Math.min(most, size);
        if (wanted <= 0) {
            return List.of();
        }
        IpPort[] order = new IpPort[wanted];
        int[] taken = new int[wanted];
        int done = 0;
        for (IpPort[] tier : tiers) {
            int ofTier = 0;
            while (done < wanted && ofTier < tier.length) {
                int place = lessLoaded(tier, taken, ofTier, load, random);
                insert(taken, ofTier, place);
                ofTier++;
                order[done++] = tier[place];
            }
        }
        return List.of(order);
    }

    private static int lessLoaded(
            IpPort[] tier,
            int[] taken,
            int count,
            ToIntFunction<IpPort> load,
            RandomGenerator random) {
        int left = tier.length - count;
        if (left == 1) {
            return place(taken, count, 0);
        }
        int one = random.nextInt(left);
        int other = (one + 1 + random.nextInt(left - 1)) % left;
        int first = place(taken, count, one);
        int second = place(taken, count, other);
        return load.applyAsInt(tier[second]) < load.applyAsInt(tier[first]) ? second : first;
    }

    /** Where the one is that has so many before it which are not taken. */
    private static int place(int[] taken, int count, int before) {
        int place = before;
        for (int i = 0; i < count && taken[i] <= place; i++) {
            place++;
        }
        return place;
    }

    /** Keeps the places in ascending order. */
    private static void insert(int[] taken, int count, int place) {
        int at = count;
        while (at > 0 && taken[at - 1] > place) {
            taken[at] = taken[at - 1];
            at--;
        }
        taken[at] = place;
    }
}
