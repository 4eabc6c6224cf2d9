package dev.gibbon.operator.config;

import dev.gibbon.core.log.Log;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads the Secrets that MeshServices refer to, one by one and by name: the operator may neither
 * list nor watch Secrets. So a change of one, and the end of a certificate, is seen after at most
 * {@link #INTERVAL}. Of a Secret only what is referred to is looked at.
 */
public final class ReferencedSecrets implements AutoCloseable {
    /** How long a change of a Secret may go unnoticed. */
    public static final Duration INTERVAL = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final InstantSource clock;
    private final Runnable changed;
    private final Log log;
    private final Map<SecretRef, SecretValue> values = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("secrets").daemon().factory());

    /**
     * Reads nothing yet.
     *
     * @param clock what certificates are compared with
     * @param changed called when a value has changed; must not block
     */
    public ReferencedSecrets(
            KubernetesClient client, InstantSource clock, Runnable changed, Log log) {
        this.client = client;
        this.clock = clock;
        this.changed = changed;
        this.log = log;
        var _ =
                thread.scheduleWithFixedDelay(
                        this::readAll,
                        INTERVAL.toMillis(),
                        INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** What is known of a Secret; asking begins to look. Does not block. */
    public SecretValue get(SecretRef reference) {
        return values.computeIfAbsent(
                reference,
                unknown -> {
                    thread.execute(() -> read(unknown));
                    return new SecretValue.Pending();
                });
    }

    /** Forgets all others. */
    public void retain(Set<SecretRef> wanted) {
        values.keySet().retainAll(wanted);
    }

    /** Looks at all that is wanted again, before its time; returns at once. */
    void look() {
        thread.execute(this::readAll);
    }

    private void readAll() {
        values.keySet().forEach(this::read);
    }

    private void read(SecretRef reference) {
        SecretValue value;
        try {
            value =
                    SecretReader.read(
                            client.secrets()
                                    .inNamespace(reference.namespace())
                                    .withName(reference.name())
                                    .get(),
                            reference,
                            clock.instant());
        } catch (RuntimeException e) {
            // Also what nobody expects: it would end the looking, silently. Without the message,
            // which may quote an answer that could not be read, and with it a key.
            int status = e instanceof KubernetesClientException refused ? refused.getCode() : 0;
            log.warn(
                    "secret could not be read; what is known of it stays",
                    "namespace",
                    reference.namespace(),
                    "name",
                    reference.name(),
                    "status",
                    status,
                    "cause",
                    e.getClass().getSimpleName());
            if (status != HttpURLConnection.HTTP_FORBIDDEN
                    || !(values.get(reference) instanceof SecretValue.Pending)) {
                return;
            }
            value =
                    new SecretValue.Unusable(
                            "SecretForbidden",
                            "Secret "
                                    + reference.name()
                                    + ": the operator may not read Secrets of this namespace");
        }
        SecretValue old = values.replace(reference, value);
        if (old != null && !old.equals(value)) {
            changed.run();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
