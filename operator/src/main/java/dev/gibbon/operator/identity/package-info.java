/**
 * Who a pod is. A sidecar shows the ServiceAccount token of its pod; the API server says whose it
 * is ({@link dev.gibbon.operator.identity.PodTokens}), the Pod says which addresses it has, and
 * {@link dev.gibbon.operator.identity.PodDesk} has a certificate signed for exactly that. The
 * authority's key lives in a Secret ({@link dev.gibbon.operator.identity.SecretDocuments}), its
 * roots in a ConfigMap of every namespace with meshed pods ({@link
 * dev.gibbon.operator.identity.TrustConfigMaps}).
 */
@NullMarked
package dev.gibbon.operator.identity;

import org.jspecify.annotations.NullMarked;
