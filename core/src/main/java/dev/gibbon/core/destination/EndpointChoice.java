package dev.gibbon.core.destination;

import dev.gibbon.core.net.IpPort;
import java.util.ArrayList;
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
 * Balancing, 2001). Pure but for what is passed in.
 */
public final class EndpointChoice {
    private EndpointChoice() {}

    /**
     * Chooses.
     *
     * @param zone where the caller runs; null when it is not known
     * @param load how much this caller has under way with an endpoint
     * @param most how many are wanted at most
     * @return different addresses, the first to be tried first; empty when there are no endpoints
     */
    public static List<IpPort> order(
            Destination destination,
            @Nullable String zone,
            ToIntFunction<IpPort> load,
            RandomGenerator random,
            int most) {
        List<IpPort> order = new ArrayList<>();
        Predicate<Endpoint> near = endpoint -> zone != null && zone.equals(endpoint.zone());
        List<Predicate<Endpoint>> tiers =
                List.of(
                        endpoint -> !endpoint.draining() && near.test(endpoint),
                        endpoint -> !endpoint.draining() && !near.test(endpoint),
                        Endpoint::draining);
        for (Predicate<Endpoint> tier : tiers) {
            if (order.size() >= most) {
                break;
            }
            List<IpPort> left = new ArrayList<>();
            for (Endpoint endpoint : destination.endpoints()) {
                if (tier.test(endpoint)) {
                    left.add(endpoint.address());
                }
            }
            while (!left.isEmpty() && order.size() < most) {
                order.add(left.remove(lessLoaded(left, load, random)));
            }
        }
        return List.copyOf(order);
    }

    private static int lessLoaded(
            List<IpPort> candidates, ToIntFunction<IpPort> load, RandomGenerator random) {
        int size = candidates.size();
        if (size == 1) {
            return 0;
        }
        int one = random.nextInt(size);
        int other = (one + 1 + random.nextInt(size - 1)) % size;
        return load.applyAsInt(candidates.get(other)) < load.applyAsInt(candidates.get(one))
                ? other
                : one;
    }
}
