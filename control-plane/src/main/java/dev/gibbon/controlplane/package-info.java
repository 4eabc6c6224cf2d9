/**
 * A control plane, assembled: what people write comes in through {@code admin}, is kept by {@code
 * store}, turned into what sidecars are told by {@code compile}, and pushed by {@code feed}; who a
 * sidecar is, is settled by {@code authority}.
 */
@NullMarked
package dev.gibbon.controlplane;

import org.jspecify.annotations.NullMarked;
