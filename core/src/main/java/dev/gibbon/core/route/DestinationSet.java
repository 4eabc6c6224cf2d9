package dev.gibbon.core.route;

import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.rule.HttpRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The destinations that some rules ask for. As with {@link DestinationIndex} the time depends on
 * how many shapes they have, not on how many there are. Immutable.
 *
 * @param any whether one of the rules takes every destination
 */
record DestinationSet(boolean any, Map<EndShape, Set<End>> ends) {
    DestinationSet {
        ends = Map.copyOf(ends);
    }

    static DestinationSet of(List<HttpRule> rules) {
        boolean any = false;
        Map<EndShape, Set<End>> ends = new HashMap<>();
        for (HttpRule rule : rules) {
            AddressBlock wanted = rule.destination();
            if (wanted == null) {
                any = true;
            } else {
                ends.computeIfAbsent(EndShape.of(wanted), _ -> new HashSet<>()).add(End.of(wanted));
            }
        }
        return new DestinationSet(any, ends);
    }

    boolean contains(IpPort destination) {
        if (any) {
            return true;
        }
        for (Map.Entry<EndShape, Set<End>> shaped : ends.entrySet()) {
            EndShape shape = shaped.getKey();
            if (shape.suits(destination)
                    && shaped.getValue().contains(End.of(shape, destination))) {
                return true;
            }
        }
        return false;
    }
}
