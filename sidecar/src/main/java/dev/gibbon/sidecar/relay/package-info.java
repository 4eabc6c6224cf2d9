/**
 * Passing bytes between two connections on one event loop, exactly: half-closes, resets and
 * back-pressure are passed on as well.
 */
@NullMarked
package dev.gibbon.sidecar.relay;

import org.jspecify.annotations.NullMarked;
