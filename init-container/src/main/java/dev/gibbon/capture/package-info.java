/**
 * Interception: how the kernel comes to hand a workload's connections to its sidecar. A {@link
 * dev.gibbon.capture.CaptureSpec} says what is wanted, {@link dev.gibbon.capture.CapturePlan} turns
 * it into typed rules, {@link dev.gibbon.capture.NftScript} writes them for nft, and {@link
 * dev.gibbon.capture.Nft} runs that. All but the last is pure. The JDK is the only dependency,
 * since this also runs in a container that does nothing else.
 *
 * <p>For each captured address and port there are three rules: new connections go to a sidecar that
 * listens, else they are dropped, and packets of open ones go to the sidecar's socket. A new one is
 * never left to what remains of an earlier one, which would let it reach the workload around a
 * sidecar that is stopped.
 */
@NullMarked
package dev.gibbon.capture;

import org.jspecify.annotations.NullMarked;
