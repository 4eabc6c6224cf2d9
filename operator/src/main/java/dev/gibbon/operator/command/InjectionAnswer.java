package dev.gibbon.operator.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gibbon.operator.inject.InjectionDecision;
import dev.gibbon.operator.inject.InjectionRules;
import dev.gibbon.operator.inject.MeshNames;
import dev.gibbon.operator.inject.PodMeshing;
import dev.gibbon.operator.inject.PodNamespace;
import java.util.Locale;

/**
 * Why a pod that exists has a sidecar or has none, and what would become of it if it were created
 * now. Pure.
 *
 * @param meshed whether it has one
 * @param note what injection has left on it; empty for nothing
 * @param missing why it should have one; empty when all is as it should be
 */
record InjectionAnswer(
        String pod, boolean meshed, String note, InjectionDecision now, String missing) {

    static InjectionAnswer of(InjectionRules rules, PodNamespace namespace, JsonNode pod) {
        return new InjectionAnswer(
                namespace.name() + "/" + pod.path("metadata").path("name").asText(),
                PodMeshing.isMeshed(pod),
                pod.path("metadata").path("annotations").path(MeshNames.INJECTED).asText(""),
                rules.decide(namespace, pod, false),
                new PodMeshing(rules)
                        .missing(namespace, pod)
                        .map(PodMeshing.Missing::sentence)
                        .orElse(""));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append("pod         ").append(pod).append('\n');
        text.append("sidecar     ").append(meshed ? "yes" : "no");
        text.append(note.isEmpty() ? "" : ", injected: " + note).append('\n');
        text.append("created now ").append(decision()).append('\n');
        if (!missing.isEmpty()) {
            text.append("so it       ").append(missing).append('\n');
        }
        return text.toString().replaceAll("[^ -~\n]", "?");
    }

    private String decision() {
        return switch (now) {
            case InjectionDecision.Inject(var reason, var _) ->
                    "injected (" + reason.id() + "): " + reason.sentence();
            case InjectionDecision.Skip(var reason) ->
                    "left without a sidecar (" + reason.id() + "): " + reason.sentence();
            case InjectionDecision.Refuse(var reason, String message) ->
                    "refused (" + reason.id() + "): " + message;
        };
    }

    String json() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("pod", pod);
        document.put("meshed", meshed);
        document.put("injected", note.isEmpty() ? null : note);
        document.put("outcome", now.reason().outcome().name().toLowerCase(Locale.ROOT));
        document.put("reason", now.reason().id());
        document.put(
                "message",
                now instanceof InjectionDecision.Refuse refuse
                        ? refuse.message()
                        : now.reason().sentence());
        document.put("missing", missing.isEmpty() ? null : missing);
        return document.toPrettyString() + "\n";
    }
}
