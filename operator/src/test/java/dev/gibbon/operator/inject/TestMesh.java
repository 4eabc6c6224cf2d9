package dev.gibbon.operator.inject;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.UncheckedIOException;
import java.util.Map;

/** The mesh that these tests inject for, and pods written as YAML. */
public final class TestMesh {
    public static final InjectionSettings SETTINGS =
            new InjectionSettings(
                    "gibbon-system",
                    "0.1.0",
                    "gibbon-sidecar:0.1.0",
                    "IfNotPresent",
                    "gibbon-operator.gibbon-system.svc:8005",
                    LogLevel.INFO,
                    SidecarResources.DEFAULT,
                    null,
                    null);

    public static final PodNamespace SHOP =
            new PodNamespace("shop", Map.of("gibbon.dev/inject", "enabled"));

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private TestMesh() {}

    public static JsonNode yaml(String text) {
        try {
            return YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The smallest pod, with more fields of its spec (indented by two) and of its metadata. */
    public static JsonNode pod(String metadata, String spec) {
        return yaml(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web
                %s
                spec:
                  containers:
                  - name: app
                    image: app:1
                %s
                """
                        .formatted(
                                metadata.indent(2).stripTrailing(),
                                spec.indent(2).stripTrailing()));
    }

    public static Injection inject(JsonNode pod) {
        return new Injector(SETTINGS).inject(SHOP, pod, false);
    }

    /** Applied by a library, and not by the code that made it. */
    public static JsonNode apply(JsonNode patch, JsonNode before) {
        return JsonPatch.apply(patch, before.deepCopy());
    }
}
