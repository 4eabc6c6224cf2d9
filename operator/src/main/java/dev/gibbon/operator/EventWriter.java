package dev.gibbon.operator;

import dev.gibbon.core.log.Log;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Writes Events (core/v1) about objects. Blocks. */
final class EventWriter {
    private final KubernetesClient client;
    private final String instance;
    private final InstantSource clock;
    private final Log log;

    /** What became of an Event. */
    enum Outcome {
        WRITTEN,
        /** There is one of this name already. */
        KNOWN,
        FAILED
    }

    /**
     * A writer.
     *
     * @param instance the name of this replica
     */
    EventWriter(KubernetesClient client, String instance, InstantSource clock, Log log) {
        this.client = client;
        this.instance = instance;
        this.clock = clock;
        this.log = log;
    }

    /**
     * Writes a further Event.
     *
     * @param prefix of its name, which ends in a hyphen
     * @param type {@code Normal} or {@code Warning}
     */
    Outcome write(
            String prefix, ObjectReference about, String type, String reason, String message) {
        return write(
                metadata(about).withGenerateName(prefix).build(), about, type, reason, message);
    }

    /**
     * Writes an Event unless there is one of its name: several replicas, or one after a restart,
     * say the same once. Kubernetes keeps Events for an hour.
     */
    Outcome writeOnce(
            String name, ObjectReference about, String type, String reason, String message) {
        return write(metadata(about).withName(name).build(), about, type, reason, message);
    }

    private static ObjectMetaBuilder metadata(ObjectReference about) {
        return new ObjectMetaBuilder().withNamespace(about.getNamespace());
    }

    private Outcome write(
            ObjectMeta metadata,
            ObjectReference about,
            String type,
            String reason,
            String message) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Event event =
                new EventBuilder()
                        .withMetadata(metadata)
                        .withInvolvedObject(about)
                        .withType(type)
                        .withReason(reason)
                        .withMessage(message)
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withCount(1)
                        .withNewSource()
                        .withComponent("gibbon-operator")
                        .withHost(instance)
                        .endSource()
                        .build();
        try {
            client.resource(event).create();
            return Outcome.WRITTEN;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return Outcome.KNOWN;
            }
            log.debug("event could not be written", "status", e.getCode(), "reason", reason);
            return Outcome.FAILED;
        }
    }
}
