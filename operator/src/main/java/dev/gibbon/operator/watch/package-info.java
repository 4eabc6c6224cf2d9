/**
 * Keeps up with the API server: one informer a kind, and for each a table of small facts. Objects
 * themselves are not kept, so the memory that is needed grows with what matters of them.
 *
 * <p>A watch that breaks or expires (410) is begun anew by the informer with a list; no resync is
 * relied on. While the API server is away, the tables say what was known last.
 */
@NullMarked
package dev.gibbon.operator.watch;

import org.jspecify.annotations.NullMarked;
