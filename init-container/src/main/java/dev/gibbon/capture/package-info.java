/**
 * Interception: how the kernel comes to hand a workload's connections to its sidecar. A {@link
 * dev.gibbon.capture.CaptureSpec} says what is wanted, {@link dev.gibbon.capture.CapturePlan} turns
 * it into typed rules, {@link dev.gibbon.capture.NftScript} writes them for nft, and {@link
 * dev.gibbon.capture.Nft} runs that. All but the last is pure. The JDK is the only dependency,
 * since this also runs in a container that does nothing else.
 */
@NullMarked
package dev.gibbon.capture;

import org.jspecify.annotations.NullMarked;
