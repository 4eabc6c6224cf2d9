/**
 * {@code gibbon check}: whether a cluster's mesh is all right, and if not, what to do.
 *
 * <p>{@code ClusterReader} reads each object once and makes a {@link
 * dev.gibbon.operator.check.ClusterSnapshot} of them; what may not be read is in it as the reason
 * why. Each {@link dev.gibbon.operator.check.Check} decides by the snapshot alone. {@code
 * docs/kubernetes-check.md} is rendered from the checks, and a test compares the two.
 */
@NullMarked
package dev.gibbon.operator.check;

import org.jspecify.annotations.NullMarked;
