package dev.gibbon.operator.identity;

import dev.gibbon.operator.discovery.PodFact;
import java.util.Optional;
import java.util.function.Predicate;

/** What is known of the pods of the cluster at this moment. Any thread. */
public interface PodTable {
    /** A pod; empty when there is none. */
    Optional<PodFact> get(String namespace, String name);

    /**
     * Waits until a pod is as wanted; what is known reaches this process a little late.
     *
     * @param limitMillis how long at most
     * @return what is known in the end, wanted or not
     */
    Optional<PodFact> await(
            String namespace, String name, Predicate<PodFact> wanted, long limitMillis)
            throws InterruptedException;
}
