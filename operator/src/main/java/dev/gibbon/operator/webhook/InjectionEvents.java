package dev.gibbon.operator.webhook;

import dev.gibbon.operator.inject.InjectionDecision;

/**
 * Where people are told of pods that were meant to be in the mesh and are not: Kubernetes events,
 * in the cluster. A pod that is refused never exists, so its owner is what an event is best about.
 */
public interface InjectionEvents {

    /**
     * Reports a pod that is skipped or refused {@linkplain
     * dev.gibbon.operator.inject.Reason#isUnexpected unexpectedly}. Never blocks and never throws.
     * Not called for dry runs. Any thread may call.
     */
    void onDecision(PodName pod, InjectionDecision decision);
}
