package dev.gibbon.operator.unmeshed;

import dev.gibbon.operator.unmeshed.UnmeshedPods.Found;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tells of each pod and reason once, and of a few at a time: a namespace that is labelled may have
 * thousands of pods. Confined to one thread.
 */
public final class UnmeshedReporter {
    private static final int AT_A_TIME = 20;

    private final Predicate<Found> teller;
    private final Set<Key> told = new HashSet<>();

    private record Key(String uid, String reason) {
        static Key of(Found found) {
            return new Key(found.pod().uid(), found.missing().reason().id());
        }
    }

    /**
     * One that has told nothing.
     *
     * @param teller tells people; whether it succeeded, and need not be asked again. May block
     */
    public UnmeshedReporter(Predicate<Found> teller) {
        this.teller = teller;
    }

    /**
     * Tells of those that were not told of.
     *
     * @param found all that there are now; what is no longer among them is forgotten
     * @return whether all are told of; if not, it is to be called again
     */
    public boolean report(Collection<Found> found) {
        Set<Key> now = new HashSet<>();
        found.forEach(one -> now.add(Key.of(one)));
        told.retainAll(now);
        int tried = 0;
        boolean all = true;
        for (Found one : found) {
            if (told.contains(Key.of(one))) {
                continue;
            }
            if (tried == AT_A_TIME) {
                return false;
            }
            tried++;
            if (teller.test(one)) {
                told.add(Key.of(one));
            } else {
                all = false;
            }
        }
        return all;
    }
}
