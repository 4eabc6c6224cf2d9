package dev.gibbon.crd.schema;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The schema of a status. Conditions are those of {@code meta/v1}, which has no CRD to copy. */
final class ConditionSchema {
    private static final int MOST = 8;

    private ConditionSchema() {}

    static void apply(JSONSchemaProps status) {
        status.setDescription("What became of it. Written by the mesh.");
        JSONSchemaProps conditions = SchemaRules.at(status, "conditions");
        conditions.setMaxItems((long) MOST);
        conditions.setXKubernetesListType("map");
        conditions.setXKubernetesListMapKeys(List.of("type"));
        conditions.getItems().setSchema(condition());
    }

    private static JSONSchemaProps condition() {
        Map<String, JSONSchemaProps> fields = new LinkedHashMap<>();
        fields.put("type", text("What is told of: Accepted, ResolvedRefs or Programmed.", 316));
        JSONSchemaProps status = text("True, False or Unknown.", 16);
        status.setEnum(
                Stream.of("True", "False", "Unknown")
                        .<com.fasterxml.jackson.databind.JsonNode>map(
                                JsonNodeFactory.instance::textNode)
                        .toList());
        fields.put("status", status);
        fields.put(
                "observedGeneration",
                new JSONSchemaPropsBuilder()
                        .withType("integer")
                        .withFormat("int64")
                        .withMinimum(0.0)
                        .withDescription("The metadata.generation that this is about.")
                        .build());
        JSONSchemaProps since = text("When the status of the condition last changed.", 64);
        since.setFormat("date-time");
        fields.put("lastTransitionTime", since);
        fields.put("reason", text("Why, as one word for programs.", 1024));
        fields.put("message", text("Why, as a sentence for people.", 32_768));
        return new JSONSchemaPropsBuilder()
                .withType("object")
                .withDescription("One thing that is known of the object.")
                .withProperties(fields)
                .withRequired("lastTransitionTime", "message", "reason", "status", "type")
                .build();
    }

    private static JSONSchemaProps text(String description, int longest) {
        return new JSONSchemaPropsBuilder()
                .withType("string")
                .withDescription(description)
                .withMaxLength((long) longest)
                .build();
    }
}
