/**
 * The data path of a sidecar, assembled: {@code listener} accepts and finds out what the first
 * bytes are, {@code stream} carries out what the {@code Decider} says of a connection, {@code
 * upstream} dials, {@code tls} and {@code leg} protect, {@code relay} passes the bytes.
 */
@NullMarked
package dev.gibbon.sidecar;

import org.jspecify.annotations.NullMarked;
