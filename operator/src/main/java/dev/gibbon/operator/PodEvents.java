package dev.gibbon.operator;

import dev.gibbon.core.log.Log;
import dev.gibbon.operator.inject.InjectionDecision;
import dev.gibbon.operator.webhook.InjectionEvents;
import dev.gibbon.operator.webhook.PodName;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Semaphore;

/**
 * Tells of pods that were meant to be meshed and are not, by Events (core/v1) about what makes
 * them. At most a few are being written at a time; more are left out, for a controller that makes
 * the same pod again and again is told of often enough.
 */
final class PodEvents implements InjectionEvents {
    private static final int AT_A_TIME = 8;

    private final KubernetesClient client;
    private final String instance;
    private final InstantSource clock;
    private final Log log;
    private final Semaphore room = new Semaphore(AT_A_TIME);

    PodEvents(KubernetesClient client, String instance, InstantSource clock, Log log) {
        this.client = client;
        this.instance = instance;
        this.clock = clock;
        this.log = log;
    }

    @Override
    public void onDecision(PodName pod, InjectionDecision decision) {
        if (room.tryAcquire()) {
            Thread.ofVirtual()
                    .name("event")
                    .start(() -> {
                        try {
                            client.resource(event(pod, decision)).create();
                        } catch (KubernetesClientException e) {
                            log.debug("event could not be written", "status", e.getCode());
                        } finally {
                            room.release();
                        }
                    });
        }
    }

    private Event event(PodName pod, InjectionDecision decision) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        int slash = pod.owner().indexOf('/');
        String kind = slash > 0 ? pod.owner().substring(0, slash) : "Pod";
        String name = slash > 0 ? pod.owner().substring(slash + 1) : pod.name();
        String message =
                decision instanceof InjectionDecision.Refuse refuse
                        ? refuse.message()
                        : decision.reason().sentence();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(pod.namespace())
                .withGenerateName("gibbon-injection-")
                .endMetadata()
                .withNewInvolvedObject()
                .withKind(kind)
                .withNamespace(pod.namespace())
                .withName(name)
                .endInvolvedObject()
                .withType("Warning")
                .withReason("GibbonInjection")
                .withMessage("pod " + pod.name() + ": " + message)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .withNewSource()
                .withComponent("gibbon-operator")
                .withHost(instance)
                .endSource()
                .build();
    }
}
