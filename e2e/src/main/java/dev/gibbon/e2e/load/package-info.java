/**
 * Requests at a constant rate from inside the mesh ({@link dev.gibbon.e2e.load.Load}), what became
 * of them, and what sidecars said meanwhile, which is where a lost request is explained.
 */
@NullMarked
package dev.gibbon.e2e.load;

import org.jspecify.annotations.NullMarked;
