/**
 * The sidecar as a container of a pod. {@code PodSidecar} is the program: it reads its environment
 * ({@code PodSettings}), proves itself with the pod's token, and serves until it is told to stop.
 */
@NullMarked
package dev.gibbon.sidecar.pod;

import org.jspecify.annotations.NullMarked;
