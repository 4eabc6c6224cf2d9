package dev.gibbon.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes pods that the API server could send: with probes, annotations and fields of the future. */
final class RandomPods {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> PROBES =
            List.of("livenessProbe", "readinessProbe", "startupProbe");
    private static final List<String> TEXTS =
            List.of(
                    "x",
                    "",
                    "$(HOME)",
                    "$$",
                    "a/b~c",
                    "\u00fc\ud83d\ude00",
                    "\n\t\"\\",
                    "null",
                    "0");

    private final RandomGenerator random;

    RandomPods(RandomGenerator random) {
        this.random = random;
    }

    ObjectNode next() {
        ObjectNode pod = NODES.objectNode().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata").put("generateName", "web-");
        if (random.nextBoolean()) {
            ObjectNode annotations = metadata.putObject("annotations");
            annotations.put("a/b~" + random.nextInt(3), text());
            if (random.nextBoolean()) {
                annotations.put("gibbon.dev/exclude-inbound-ports", "9090,1-" + port());
            }
        }
        ObjectNode spec = pod.putObject("spec");
        containers(spec.putArray("containers"), "app", 1 + random.nextInt(3));
        if (random.nextBoolean()) {
            containers(spec.putArray("initContainers"), "init", random.nextInt(3));
        }
        if (random.nextBoolean()) {
            ArrayNode volumes = spec.putArray("volumes");
            for (int i = random.nextInt(3); i > 0; i--) {
                volumes.addObject().put("name", "v" + i).set("fromTheFuture", unknown(2));
            }
        }
        spec.set("unknownToUs", unknown(3));
        return pod;
    }

    private void containers(ArrayNode list, String prefix, int count) {
        for (int i = 0; i < count; i++) {
            ObjectNode container = list.addObject().put("name", prefix + i).put("image", text());
            ArrayNode ports = container.putArray("ports");
            ports.addObject().put("name", "web").put("containerPort", port());
            for (String probe : PROBES) {
                if (random.nextBoolean()) {
                    container.set(probe, probe());
                }
            }
            if (random.nextInt(4) == 0) {
                container.putObject("lifecycle").set("preStop", probe());
            }
            container.set("unknownToUs", unknown(2));
        }
    }

    private ObjectNode probe() {
        ObjectNode probe = NODES.objectNode();
        switch (random.nextInt(5)) {
            case 0 -> probe.putObject("exec").putArray("command").add(text());
            case 1 -> probe.putObject("tcpSocket").put("port", port());
            case 2 -> probe.putObject("grpc").put("port", port()).put("service", text());
            case 3 -> probe.putObject("httpGet").put("port", "web").put("path", "/" + text());
            default -> {
                ObjectNode get = probe.putObject("httpGet").put("port", random.nextInt(3) - 1);
                get.putArray("httpHeaders").addObject().put("name", "A").put("value", text());
            }
        }
        if (random.nextBoolean()) {
            probe.put("timeoutSeconds", random.nextInt(5));
        }
        probe.set("unknownToUs", unknown(1));
        return probe;
    }

    JsonNode unknown(int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.numberNode(random.nextInt(10));
            case 2 -> NODES.booleanNode(random.nextBoolean());
            case 3 -> NODES.textNode(text());
            case 4 -> {
                ArrayNode array = NODES.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(unknown(depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = NODES.objectNode();
                if (random.nextBoolean()) {
                    object.put("name", "n" + random.nextInt(3));
                }
                for (int i = random.nextInt(3); i > 0; i--) {
                    // No ~0 and ~1 as such: the library that applies patches here unescapes them
                    // twice.
                    object.set(random.nextInt(4) + "/~x", unknown(depth - 1));
                }
                yield object;
            }
        };
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private int port() {
        return 1 + random.nextInt(15000);
    }
}
