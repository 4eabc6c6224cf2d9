package dev.gibbon.operator.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gibbon.operator.inject.Injection;
import dev.gibbon.operator.inject.InjectionDecision;
import dev.gibbon.operator.inject.Injector;
import dev.gibbon.operator.inject.PodNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Injects the pods and pod templates of one document; everything else passes as it is. Collects
 * what it did, for people. Not for several threads.
 */
final class ManifestInjector {
    private static final Map<String, List<String>> TEMPLATES =
            Map.of(
                    "v1/ReplicationController", List.of("spec", "template"),
                    "apps/v1/Deployment", List.of("spec", "template"),
                    "apps/v1/StatefulSet", List.of("spec", "template"),
                    "apps/v1/DaemonSet", List.of("spec", "template"),
                    "apps/v1/ReplicaSet", List.of("spec", "template"),
                    "batch/v1/Job", List.of("spec", "template"),
                    "batch/v1/CronJob", List.of("spec", "jobTemplate", "spec", "template"));

    private final Injector injector;
    private final String defaultNamespace;
    private final List<String> report = new ArrayList<>();
    private int refused;

    /**
     * @param defaultNamespace of objects that name none
     */
    ManifestInjector(Injector injector, String defaultNamespace) {
        this.injector = injector;
        this.defaultNamespace = defaultNamespace;
    }

    /** The document, injected; the argument is left alone. */
    JsonNode inject(JsonNode document) {
        String kind = document.path("kind").asText("");
        String type = document.path("apiVersion").asText("") + "/" + kind;
        if (type.equals("v1/List") && document.path("items").isArray()) {
            return list((ObjectNode) document);
        }
        if (type.equals("v1/Pod")) {
            return pod(document, document);
        }
        List<String> path = TEMPLATES.get(type);
        if (path == null) {
            report.add(name(document) + ": passed on as it is");
            return document;
        }
        return template(document, path);
    }

    private JsonNode list(ObjectNode list) {
        ObjectNode injected = list.deepCopy();
        ArrayNode items = injected.putArray("items");
        list.path("items").forEach(item -> items.add(inject(item)));
        return injected;
    }

    private JsonNode template(JsonNode document, List<String> path) {
        JsonNode injected = document.deepCopy();
        JsonNode holder = injected;
        for (String field : path.subList(0, path.size() - 1)) {
            holder = holder.path(field);
        }
        JsonNode after = pod(document, holder.path(path.getLast()));
        if (holder instanceof ObjectNode object) {
            object.set(path.getLast(), after);
        }
        return injected;
    }

    private JsonNode pod(JsonNode owner, JsonNode pod) {
        String namespace = owner.path("metadata").path("namespace").asText("");
        Injection injection =
                injector.inject(
                        new PodNamespace(
                                namespace.isEmpty() ? defaultNamespace : namespace, Map.of()),
                        pod,
                        true);
        report.add(name(owner) + ": " + outcome(injection.decision()));
        injection.warnings().forEach(warning -> report.add("  warning: " + warning));
        return injection.after();
    }

    private String outcome(InjectionDecision decision) {
        return switch (decision) {
            case InjectionDecision.Inject inject ->
                    "injected (" + inject.reason().id() + ": " + inject.reason().sentence() + ")";
            case InjectionDecision.Skip skip ->
                    "left as it is (" + skip.reason().id() + ": " + skip.reason().sentence() + ")";
            case InjectionDecision.Refuse refuse -> {
                refused++;
                yield "refused (" + refuse.reason().id() + "): " + refuse.message();
            }
        };
    }

    /** E.g. {@code deployment/web}; without control characters, since it is a stranger's text. */
    private static String name(JsonNode document) {
        JsonNode metadata = document.path("metadata");
        String name =
                metadata.path("name").asText(metadata.path("generateName").asText("(no name)"));
        String kind = document.path("kind").asText("(no kind)").toLowerCase(Locale.ROOT);
        return (kind + "/" + name).replaceAll("[^ -~]", "?");
    }

    /** What was done, one line for each object and warning. */
    List<String> report() {
        return List.copyOf(report);
    }

    int refused() {
        return refused;
    }
}
