package dev.gibbon.operator;

import dev.gibbon.operator.inject.InjectionDecision;
import dev.gibbon.operator.webhook.InjectionEvents;
import dev.gibbon.operator.webhook.PodName;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.util.concurrent.Semaphore;

/**
 * Tells of pods that were meant to be meshed and are not, by Events (core/v1) about what makes
 * them. At most a few are being written at a time; more are left out, for a controller that makes
 * the same pod again and again is told of often enough.
 */
final class PodEvents implements InjectionEvents {
    private static final int AT_A_TIME = 8;

    private final EventWriter events;
    private final Semaphore room = new Semaphore(AT_A_TIME);

    PodEvents(EventWriter events) {
        this.events = events;
    }

    @Override
    public void onDecision(PodName pod, InjectionDecision decision) {
        if (room.tryAcquire()) {
            Thread.ofVirtual()
                    .name("event")
                    .start(() -> {
                        try {
                            write(pod, decision);
                        } finally {
                            room.release();
                        }
                    });
        }
    }

    private void write(PodName pod, InjectionDecision decision) {
        int slash = pod.owner().indexOf('/');
        ObjectReference about =
                new ObjectReferenceBuilder()
                        .withKind(slash > 0 ? pod.owner().substring(0, slash) : "Pod")
                        .withNamespace(pod.namespace())
                        .withName(slash > 0 ? pod.owner().substring(slash + 1) : pod.name())
                        .build();
        String message =
                decision instanceof InjectionDecision.Refuse refuse
                        ? refuse.message()
                        : decision.reason().sentence();
        events.write(
                "gibbon-injection-",
                about,
                "Warning",
                "GibbonInjection",
                "pod " + pod.name() + ": " + message);
    }
}
