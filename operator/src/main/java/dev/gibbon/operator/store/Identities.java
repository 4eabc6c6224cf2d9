package dev.gibbon.operator.store;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Says which entity each object of a kind is, so that no two have the same id or name, whatever
 * their annotations say. Every process that sees the same objects says the same. Pure.
 */
final class Identities {

    /**
     * What an object says of itself.
     *
     * @param natural the id that depends on namespace and name
     * @param createdAt the time the API server gave it, as text
     */
    record Claim(String object, UUID natural, String createdAt, Extras extras) {}

    private static final Comparator<Claim> OLDEST_FIRST =
            Comparator.comparing(Claim::createdAt).thenComparing(Claim::object);

    private Identities() {}

    /**
     * Decides. An id belongs to the object whose natural one it is, else to the oldest that claims
     * it; others have their natural one. A name belongs to the object that is called so and claims
     * nothing else, else to the oldest that claims it; others have none.
     *
     * @return by name of the object
     */
    static Map<String, Identity> of(Collection<Claim> claims) {
        List<Claim> sorted = claims.stream().sorted(OLDEST_FIRST).toList();
        Map<String, UUID> ids = ids(sorted);
        Map<String, String> wanted = new HashMap<>();
        Set<String> taken = new HashSet<>();
        for (Claim claim : sorted) {
            UUID claimed = claim.extras().id();
            String name = claim.extras().name();
            // Who does not get the id that it claims is a copy, and so is its name.
            boolean copied = claimed != null && !claimed.equals(ids.get(claim.object()));
            wanted.put(claim.object(), name == null || copied ? claim.object() : name);
            if (claim.object().equals(wanted.get(claim.object()))) {
                taken.add(claim.object());
            }
        }
        Map<String, Identity> identities = new TreeMap<>();
        for (Claim claim : sorted) {
            String object = claim.object();
            String name = wanted.getOrDefault(object, "");
            boolean gets = name.equals(object) || (!name.isEmpty() && taken.add(name));
            identities.put(
                    object,
                    new Identity(ids.getOrDefault(object, claim.natural()), gets ? name : null));
        }
        return identities;
    }

    private static Map<String, UUID> ids(List<Claim> sorted) {
        Set<UUID> taken = new HashSet<>();
        sorted.forEach(claim -> taken.add(claim.natural()));
        Map<String, UUID> ids = new HashMap<>();
        for (Claim claim : sorted) {
            UUID claimed = claim.extras().id();
            ids.put(
                    claim.object(),
                    claimed != null && taken.add(claimed) ? claimed : claim.natural());
        }
        return ids;
    }
}
