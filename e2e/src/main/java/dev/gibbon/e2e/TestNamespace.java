package dev.gibbon.e2e;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A namespace that a test has for itself. Deleted, without waiting for the end of it, when it is
 * closed.
 */
public final class TestNamespace implements AutoCloseable {
    private static final Duration POD_READY = Duration.ofSeconds(60);
    private static final Duration COMMAND = Duration.ofSeconds(60);

    private final KubernetesClient client;
    private final String name;

    TestNamespace(KubernetesClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /** The namespace's name. */
    public String name() {
        return name;
    }

    /**
     * Applies the objects of YAML documents in this namespace, as the test itself (server-side
     * apply).
     */
    public void apply(String yaml) {
        byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
        for (HasMetadata object : client.load(new ByteArrayInputStream(bytes)).items()) {
            client.resource(object)
                    .inNamespace(name)
                    .fieldManager("gibbon-e2e")
                    .forceConflicts()
                    .serverSideApply();
        }
    }

    /** Waits until the pod is ready, for a minute. */
    public Pod awaitReady(String pod) {
        return awaitPod(pod, "ready", TestNamespace::isReady, POD_READY);
    }

    /**
     * Waits until something is true of a pod, told by its changes.
     *
     * @param what the condition in words, for the message
     * @throws AssertionError when that takes too long; says what the pod is like
     */
    public Pod awaitPod(String pod, String what, Predicate<Pod> condition, Duration limit) {
        try {
            return await(client.pods().inNamespace(name).withName(pod), condition, limit);
        } catch (KubernetesClientTimeoutException e) {
            throw new AssertionError(
                    "pod "
                            + pod
                            + ": not "
                            + what
                            + " after "
                            + limit.toSeconds()
                            + " s\n"
                            + describe(pod),
                    e);
        }
    }

    /**
     * Waits until something is true of an object that exists.
     *
     * @throws KubernetesClientTimeoutException when that takes too long
     */
    public <T> T await(Resource<T> resource, Predicate<T> condition, Duration limit) {
        return Objects.requireNonNull(
                resource.waitUntilCondition(
                        (@Nullable T object) -> object != null && condition.test(object),
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS));
    }

    /** Runs a command in a running container, for at most a minute. */
    public CommandResult exec(String pod, String container, String... command) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (ExecWatch watch =
                client.pods()
                        .inNamespace(name)
                        .withName(pod)
                        .inContainer(container)
                        .writingOutput(output)
                        .writingError(errors)
                        .exec(command)) {
            int exitCode = watch.exitCode().get(COMMAND.toMillis(), TimeUnit.MILLISECONDS);
            return new CommandResult(
                    exitCode,
                    output.toString(StandardCharsets.UTF_8),
                    errors.toString(StandardCharsets.UTF_8));
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "exec in "
                            + pod
                            + "/"
                            + container
                            + ": "
                            + List.of(command)
                            + ": "
                            + output
                            + errors,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in exec", e);
        }
    }

    /** What a container has written so far, also one that has ended. */
    public String logs(String pod, String container) {
        return client.pods().inNamespace(name).withName(pod).inContainer(container).getLog();
    }

    /**
     * What somebody would look at who wonders about a pod: its status, and what was said about it.
     */
    public String describe(String pod) {
        Pod object = client.pods().inNamespace(name).withName(pod).get();
        String status =
                object == null
                        ? "does not exist"
                        : client.getKubernetesSerialization().asYaml(object.getStatus());
        String events =
                client
                        .v1()
                        .events()
                        .inNamespace(name)
                        .withField("involvedObject.name", pod)
                        .list()
                        .getItems()
                        .stream()
                        .map(event -> event.getReason() + ": " + event.getMessage())
                        .collect(Collectors.joining("\n"));
        return status + "\n" + events;
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream().anyMatch(TestNamespace::saysReady);
    }

    private static boolean saysReady(PodCondition condition) {
        return "Ready".equals(condition.getType()) && "True".equals(condition.getStatus());
    }

    @Override
    public void close() {
        client.namespaces().withName(name).delete();
    }
}
