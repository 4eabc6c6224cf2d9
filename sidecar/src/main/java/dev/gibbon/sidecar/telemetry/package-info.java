/**
 * What a sidecar tells about its work: one access-log line per connection or request, and counters.
 * Every connection is recorded once, when it ends.
 */
@NullMarked
package dev.gibbon.sidecar.telemetry;

import org.jspecify.annotations.NullMarked;
