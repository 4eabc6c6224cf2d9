/**
 * Interception: how the kernel comes to hand a workload's connections to its sidecar.
 *
 * <ul>
 *   <li>{@link dev.gibbon.capture.host}: on a plain host, some addresses and ports.
 *   <li>{@link dev.gibbon.capture.pod}: in a pod, everything.
 *   <li>{@link dev.gibbon.capture.program}: the programs that put rules in place.
 * </ul>
 *
 * <p>In both, a specification says what is wanted, a plan turns it into typed rules, and scripts
 * are written from the plan; all of this is pure. The JDK is the only dependency, since {@link
 * dev.gibbon.capture.PodCapture} runs in a container that does nothing else.
 */
@NullMarked
package dev.gibbon.capture;

import org.jspecify.annotations.NullMarked;
