package dev.gibbon.operator.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for every pod; tried on 300 that are made from a seed. */
final class InjectorPropertiesTest {
    private static final List<String> CALLS = List.of("httpGet", "tcpSocket", "grpc");

    private static Stream<ObjectNode> pods() {
        RandomPods pods = new RandomPods(new SplittableRandom(20_260));
        return Stream.generate(pods::next).limit(300);
    }

    private static ArrayNode initContainers(JsonNode pod) {
        return (ArrayNode) pod.path("spec").path("initContainers");
    }

    private static List<String> names(JsonNode list) {
        return list.valueStream().map(element -> element.path("name").asText()).toList();
    }

    @Test
    void thePatchMakesTheInjectedPodAndDoingItTwiceChangesNothing() {
        pods().forEach(InjectorPropertiesTest::isMadeByThePatchAndStays);
    }

    private static void isMadeByThePatchAndStays(ObjectNode pod) {
        JsonNode untouched = pod.deepCopy();

        Injection first = TestMesh.inject(pod);
        Injection second = TestMesh.inject(first.after());

        assertThat(pod).isEqualTo(untouched);
        assertThat(first.patch()).isNotEmpty();
        assertThat(TestMesh.apply(first.patch(), pod)).isEqualTo(first.after());
        assertThat(second.patch()).isEmpty();
        assertThat(PodMeshing.isMeshed(first.after())).isTrue();
        assertThat(names(initContainers(first.after())))
                .startsWith("gibbon-capture", "gibbon-sidecar");
    }

    /** Takes away what injection adds, and compares; probes differ in what they call only. */
    @Test
    void nothingElseOfThePodIsLost() {
        pods().forEach(InjectorPropertiesTest::keepsEverythingElse);
    }

    private static void keepsEverythingElse(ObjectNode pod) {
        ObjectNode after = TestMesh.inject(pod).after().deepCopy();
        initContainers(after).remove(0);
        initContainers(after).remove(0);
        ArrayNode volumes = (ArrayNode) after.path("spec").path("volumes");
        assertThat(names(volumes)).endsWith("gibbon-identity", "gibbon-tmp");
        volumes.remove(volumes.size() - 1);
        volumes.remove(volumes.size() - 1);
        ((ObjectNode) after.path("metadata").path("annotations")).remove("gibbon.dev/injected");

        assertThat(withoutCalls(after)).isEqualTo(withoutCalls(pod));
    }

    private static ObjectNode withoutCalls(ObjectNode pod) {
        ObjectNode bare = pod.deepCopy();
        PodTree.containers(bare)
                .flatMap(container ->
                        Stream.of(
                                container.path("livenessProbe"),
                                container.path("readinessProbe"),
                                container.path("startupProbe"),
                                container.path("lifecycle").path("preStop")))
                .filter(JsonNode::isObject)
                .forEach(probe -> {
                    CALLS.forEach(((ObjectNode) probe)::remove);
                    ((ObjectNode) probe).remove("timeoutSeconds");
                });
        ObjectNode spec = (ObjectNode) bare.path("spec");
        for (String list : List.of("initContainers", "volumes")) {
            if (spec.path(list).isEmpty()) {
                spec.remove(list);
            }
        }
        ObjectNode metadata = (ObjectNode) bare.path("metadata");
        if (metadata.path("annotations").isEmpty()) {
            metadata.remove("annotations");
        }
        return bare;
    }

    /**
     * Between two calls of the webhook the API server fills in defaults, and others add containers,
     * mounts and variables, to our containers too.
     */
    @Test
    void whatOthersAddInBetweenStaysAndTheOrderIsRestored() {
        pods().forEach(InjectorPropertiesTest::keepsWhatOthersHaveAdded);
    }

    private static void keepsWhatOthersHaveAdded(ObjectNode pod) {
        RandomGenerator random = new SplittableRandom(pod.hashCode());
        ObjectNode changed = TestMesh.inject(pod).after().deepCopy();
        ArrayNode list = initContainers(changed);
        for (int i = 0; i < 2; i++) {
            ObjectNode ours = (ObjectNode) list.path(i);
            ours.put("terminationMessagePath", "/dev/termination-log");
            mounts(ours).addObject().put("name", "kube-api-access").put("mountPath", "/var/run/x");
            variables(ours).addObject().put("name", "HTTP_PROXY").put("value", "http://p.test");
        }
        list.insert(random.nextInt(3), JsonNodeFactory.instance.objectNode().put("name", "vault"));

        Injection again = TestMesh.inject(changed);

        assertThat(TestMesh.apply(again.patch(), changed)).isEqualTo(again.after());
        ObjectNode expected = changed.deepCopy();
        ArrayNode ordered = initContainers(expected);
        int vault = names(ordered).indexOf("vault");
        JsonNode moved = ordered.remove(vault);
        ordered.insert(2, moved);
        assertThat(again.after()).isEqualTo(expected);
        assertThat(TestMesh.inject(again.after()).patch()).isEmpty();
    }

    private static ArrayNode mounts(ObjectNode container) {
        return container.path("volumeMounts") instanceof ArrayNode mounts
                ? mounts
                : container.putArray("volumeMounts");
    }

    private static ArrayNode variables(ObjectNode container) {
        return container.path("env") instanceof ArrayNode variables
                ? variables
                : container.putArray("env");
    }
}
