/**
 * The mutating admission webhook: the shell around {@link dev.gibbon.operator.inject.Injector}.
 *
 * <p>{@code API server --HTTPS--> WebhookServer -> AdmissionEndpoint -> Injector}. The endpoint
 * knows nothing of servers and certificates; the server nothing of pods.
 *
 * <p><b>What its MutatingWebhookConfiguration has to say</b> (it is in the chart). Two webhooks,
 * both with path {@code /inject}, rule {@code CREATE} of core/v1 {@code pods} with scope {@code
 * Namespaced}, {@code admissionReviewVersions: [v1]}, {@code failurePolicy: Fail}, {@code
 * reinvocationPolicy: IfNeeded}, {@code timeoutSeconds: 10}, {@code sideEffects: NoneOnDryRun}
 * (events), {@code matchPolicy: Equivalent}:
 *
 * <ol>
 *   <li>{@code namespaces.inject.gibbon.dev}: {@code namespaceSelector} with {@code
 *       gibbon.dev/inject In [enabled]}; {@code objectSelector} with {@code gibbon.dev/inject NotIn
 *       [disabled]}, so that pods that opt out start without us;
 *   <li>{@code pods.inject.gibbon.dev}: {@code namespaceSelector} with {@code gibbon.dev/inject
 *       NotIn [enabled]}, which holds without the label too; {@code objectSelector} with {@code
 *       gibbon.dev/inject In [enabled]}.
 * </ol>
 *
 * Both exclude {@code kube-system}, {@code kube-node-lease}, {@code kube-public} and the mesh's own
 * namespace by {@code kubernetes.io/metadata.name NotIn [...]} in the {@code namespaceSelector}
 * (the operator must be able to start while its webhook is down), and pods of the node's network by
 * {@code matchConditions}: {@code !has(object.spec.hostNetwork) || !object.spec.hostNetwork}. All
 * other pods never wait for us: a webhook that fails closed must be invisible to them.
 */
@NullMarked
package dev.gibbon.operator.webhook;

import org.jspecify.annotations.NullMarked;
