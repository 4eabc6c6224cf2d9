package dev.gibbon.operator.inject;

import java.util.Map;

/** The namespace of a pod, as far as injection looks at it. */
public record PodNamespace(String name, Map<String, String> labels) {
    public PodNamespace {
        labels = Map.copyOf(labels);
    }
}
