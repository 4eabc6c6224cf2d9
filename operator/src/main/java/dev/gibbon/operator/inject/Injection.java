package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;

/**
 * What injection has made of a pod.
 *
 * @param before the object as it came
 * @param after the injected object; equal to {@code before} when nothing was to do
 * @param warnings for people, each of one line
 */
public record Injection(
        InjectionDecision decision, JsonNode before, JsonNode after, List<String> warnings) {
    public Injection {
        warnings = List.copyOf(warnings);
    }

    /** The difference, as a JSON patch. */
    public ArrayNode patch() {
        return JsonPatch.between(before, after);
    }
}
