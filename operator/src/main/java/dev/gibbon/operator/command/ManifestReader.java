package dev.gibbon.operator.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;

/**
 * Reads manifests as kubectl does: YAML 1.1 (and so JSON) with anchors and merge keys, several
 * documents in a text, words without quotes as {@link KubernetesScalars} has them. SnakeYAML itself
 * and not Jackson's parser on top of it, which takes an alias for a text.
 */
final class ManifestReader {
    private static final int MAX_CODE_POINTS = 16 << 20;
    private static final int MAX_DEPTH = 100;
    private static final double LARGEST_WHOLE = 0x1p63;

    private ManifestReader() {}

    /**
     * The documents of a text, without empty ones.
     *
     * @throws CommandFailure when it cannot be read; the message says where
     */
    static List<JsonNode> read(String text) throws CommandFailure {
        List<JsonNode> documents = new ArrayList<>();
        try {
            for (Object document : yaml().loadAll(text)) {
                JsonNode tree = tree(document, 0);
                if (!tree.isNull()) {
                    documents.add(tree);
                }
            }
        } catch (YAMLException | IllegalArgumentException e) {
            throw new CommandFailure(
                    "input: "
                            + String.valueOf(e.getMessage()).strip()
                            + " (expected: YAML or JSON)");
        }
        return documents;
    }

    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(MAX_CODE_POINTS);
        options.setNestingDepthLimit(MAX_DEPTH);
        DumperOptions unused = new DumperOptions();
        return new Yaml(
                new KubernetesScalars.Numbers(options),
                new Representer(unused),
                unused,
                options,
                new KubernetesScalars.Types());
    }

    /** As JSON of Kubernetes' reader has it: 1e2 is 100. */
    private static JsonNode number(double value) {
        return value == Math.rint(value) && Math.abs(value) < LARGEST_WHOLE
                ? JsonNodeFactory.instance.numberNode((long) value)
                : JsonNodeFactory.instance.numberNode(value);
    }

    private static JsonNode number(BigInteger value) {
        return value.bitLength() < Integer.SIZE
                ? JsonNodeFactory.instance.numberNode(value.intValue())
                : value.bitLength() < Long.SIZE
                        ? JsonNodeFactory.instance.numberNode(value.longValue())
                        : JsonNodeFactory.instance.numberNode(value);
    }

    /** An anchor may contain itself, so depth has to be bounded. */
    private static JsonNode tree(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested more than " + MAX_DEPTH + " deep");
        }
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value) {
            case null -> nodes.nullNode();
            case Map<?, ?> map -> {
                ObjectNode object = nodes.objectNode();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    object.set(String.valueOf(entry.getKey()), tree(entry.getValue(), depth + 1));
                }
                yield object;
            }
            case List<?> list -> {
                ArrayNode array = nodes.arrayNode();
                for (Object element : list) {
                    array.add(tree(element, depth + 1));
                }
                yield array;
            }
            case String text -> nodes.textNode(text);
            case Boolean truth -> nodes.booleanNode(truth);
            case BigInteger whole -> number(whole);
            case Double decimal -> number(decimal);
            case byte[] bytes -> nodes.binaryNode(bytes);
            default ->
                    throw new IllegalArgumentException(
                            "a value of type " + value.getClass().getSimpleName());
        };
    }
}
