/**
 * One accepted connection, from its first bytes to its record: asks the {@code Decider} and does
 * what it says.
 *
 * <p>{@code AcceptedConnection} translates what happens on the channel into events of the phase
 * that the connection is in; {@code Course} says which that is, and ends it.
 *
 * <pre>
 * StreamDetection ─┬─► DestinationWait ─► StreamDetection
 *                  ├─► MeshArrival ────┐
 *                  ├─► TlsTermination ─┼─► Departure ─► RelayHandOver
 *                  ├───────────────────┘
 *                  └─► HttpHandOver
 * HttpDetection ───┬─► MeshArrival, then as above
 *                  └─► TlsTermination, or at once ─► HttpHandOver
 * </pre>
 */
@NullMarked
package dev.gibbon.sidecar.stream;

import org.jspecify.annotations.NullMarked;
