/**
 * Injection as a calculation: whether a pod gets a sidecar, and what its object looks like then.
 *
 * <p>{@link dev.gibbon.operator.inject.InjectionRules} is the table of decisions; each outcome has
 * a {@link dev.gibbon.operator.inject.Reason}. {@link dev.gibbon.operator.inject.Injector} carries
 * a decision out on the raw JSON of the object, so that fields which this program does not know
 * survive, and {@link dev.gibbon.operator.inject.JsonPatch} says what has changed. {@code
 * ProbeRewrite} leads the kubelet's probes through the sidecar. Nothing here does I/O; the webhook
 * and {@code gibbon inject} are its shells. {@code docs/kubernetes-injection.md} is the reference.
 *
 * <p>What the object says is a stranger's: only numbers, addresses and words that have been parsed
 * and are printed anew reach arguments and environment; the one exception, the probes, is JSON of
 * ASCII characters without a dollar sign, which Kubernetes would expand.
 */
@NullMarked
package dev.gibbon.operator.inject;

import org.jspecify.annotations.NullMarked;
