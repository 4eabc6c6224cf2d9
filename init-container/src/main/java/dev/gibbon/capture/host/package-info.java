/**
 * Interception on a plain host. A {@link dev.gibbon.capture.host.CaptureSpec} says what is wanted,
 * {@link dev.gibbon.capture.host.CapturePlan} turns it into typed rules, {@link
 * dev.gibbon.capture.host.NftScript} writes them for nft, and {@link dev.gibbon.capture.host.Nft}
 * runs that. All but the last is pure.
 *
 * <p>For each captured address and port there are three rules: new connections go to a sidecar that
 * listens, else they are dropped, and packets of open ones go to the sidecar's socket. A new one is
 * never left to what remains of an earlier one, which would let it reach the workload around a
 * sidecar that is stopped.
 */
@NullMarked
package dev.gibbon.capture.host;

import org.jspecify.annotations.NullMarked;
