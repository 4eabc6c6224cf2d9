/**
 * The operator against a real API server: the one of {@code KUBECONFIG}, or of {@code ./dev cluster
 * up}. Pods are made as objects only, with a scheduler that does not exist, and given addresses by
 * the test; no node is needed.
 */
@NullMarked
package dev.gibbon.operator.cluster;

import org.jspecify.annotations.NullMarked;
