package dev.gibbon.operator.unmeshed;

import dev.gibbon.operator.discovery.NamespaceFact;
import dev.gibbon.operator.inject.PodMeshing.Missing;
import dev.gibbon.operator.inject.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which pods should be meshed and are not, as namespaces are labelled now. */
public final class UnmeshedPods {
    private UnmeshedPods() {}

    /** A pod that should be meshed and is not. */
    public record Found(UnmeshedPod pod, Missing missing) {}

    /** Those of namespaces that are known and are not being deleted. */
    public static List<Found> find(
            Collection<UnmeshedPod> pods, Collection<NamespaceFact> namespaces) {
        Map<String, NamespaceFact> known = new HashMap<>();
        namespaces.forEach(namespace -> known.put(namespace.name(), namespace));
        List<Found> found = new ArrayList<>();
        for (UnmeshedPod pod : pods) {
            NamespaceFact namespace = known.get(pod.namespace());
            if (namespace != null && !namespace.ending()) {
                Optional<Missing> missing = namespace.injected() ? pod.labelled() : pod.otherwise();
                missing.ifPresent(one -> found.add(new Found(pod, one)));
            }
        }
        return found;
    }

    /** How many there are for each reason, in the text format of Prometheus. */
    public static String metrics(Collection<Found> found) {
        Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
        found.forEach(one -> counts.merge(one.missing().reason(), 1, Integer::sum));
        StringBuilder text =
                new StringBuilder()
                        .append(
                                "# HELP gibbon_pods_unmeshed Pods that should be meshed and are not.\n")
                        .append("# TYPE gibbon_pods_unmeshed gauge\n");
        for (Reason reason : Reason.values()) {
            if (reason.outcome() != Reason.Outcome.SKIP) {
                text.append("gibbon_pods_unmeshed{reason=\"")
                        .append(reason.id())
                        .append("\"} ")
                        .append(counts.getOrDefault(reason, 0))
                        .append('\n');
            }
        }
        return text.toString();
    }
}
