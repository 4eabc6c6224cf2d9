/**
 * The programs that put rules in place: nft, iptables, ip. {@link
 * dev.gibbon.capture.program.Program} runs one, {@link dev.gibbon.capture.program.CaptureFailure}
 * says in a sentence why it did not work, and {@link dev.gibbon.capture.program.NftWords} has what
 * all scripts for nft have in common. Knows nothing of hosts or pods.
 */
@NullMarked
package dev.gibbon.capture.program;

import org.jspecify.annotations.NullMarked;
