/**
 * {@code gibbon start}, {@code run} and {@code stop}: a node of the mesh on this host, which is a
 * control plane, a sidecar, or both, as its settings say.
 */
@NullMarked
package dev.gibbon.cli.node;

import org.jspecify.annotations.NullMarked;
