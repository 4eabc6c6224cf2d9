/**
 * One accepted connection, from its first bytes to its record: asks the {@code Decider} and does
 * what it says.
 */
@NullMarked
package dev.gibbon.sidecar.stream;

import org.jspecify.annotations.NullMarked;
