/**
 * The configuration of one namespace, kept as its MeshServices and MeshRoutes: the seam through
 * which what speaks of Services and Routes, e.g. the Admin API, can work on a Kubernetes.
 *
 * <p>A {@code Form} says how an entity is written as an object and read back; what the spec has no
 * field for is in annotations ({@code Extras}). A {@code Ledger} holds the objects of a kind as
 * known, and {@code Identities} says which of them is which entity. A {@code KubernetesJournal}
 * writes what an edit changed. What must hold, and what cannot hold on an API server, is in
 * decision 15.
 */
@NullMarked
package dev.gibbon.operator.store;

import org.jspecify.annotations.NullMarked;
