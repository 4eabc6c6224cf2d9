package dev.gibbon.operator.unmeshed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gibbon.operator.inject.InjectionRules;
import dev.gibbon.operator.inject.InjectionSettings;
import dev.gibbon.operator.inject.MeshNames;
import dev.gibbon.operator.inject.PodMeshing;
import dev.gibbon.operator.inject.PodMeshing.Missing;
import dev.gibbon.operator.inject.PodNamespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Optional;

/**
 * Reads Pods that lack a sidecar, by the same rules as injection; empty for those that are as they
 * should be however their namespace is labelled. Any thread.
 */
public final class UnmeshedReader {
    private static final Map<String, String> LABELLED = Map.of(MeshNames.INJECT, MeshNames.ENABLED);

    private final PodMeshing meshing;
    private final KubernetesSerialization json;

    /**
     * A reader.
     *
     * @param json the client's
     */
    public UnmeshedReader(InjectionSettings settings, KubernetesSerialization json) {
        this.meshing = new PodMeshing(new InjectionRules(settings));
        this.json = json;
    }

    /** Reads a Pod. */
    public Optional<UnmeshedPod> read(Pod pod) {
        JsonNode tree = tree(pod);
        ObjectMeta metadata = pod.getMetadata();
        Optional<Missing> labelled =
                meshing.missing(new PodNamespace(metadata.getNamespace(), LABELLED), tree);
        Optional<Missing> otherwise =
                meshing.missing(new PodNamespace(metadata.getNamespace(), Map.of()), tree);
        return labelled.isEmpty() && otherwise.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new UnmeshedPod(
                                metadata.getNamespace(),
                                metadata.getName(),
                                metadata.getUid(),
                                labelled,
                                otherwise));
    }

    /** What the rules look at; the rest of an object, e.g. who manages which field, is large. */
    private JsonNode tree(Pod pod) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        ObjectMeta from = pod.getMetadata();
        ObjectNode metadata = tree.putObject("metadata");
        metadata.set("labels", json(from.getLabels()));
        metadata.set("annotations", json(from.getAnnotations()));
        metadata.put("deletionTimestamp", from.getDeletionTimestamp());
        tree.set("spec", json(pod.getSpec()));
        if (pod.getStatus() != null) {
            tree.putObject("status").put("phase", pod.getStatus().getPhase());
        }
        return tree;
    }

    private JsonNode json(Object value) {
        return json.convertValue(value, JsonNode.class);
    }
}
