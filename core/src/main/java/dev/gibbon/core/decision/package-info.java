/**
 * All that is decided about a connection or a request, as immutable values, made by pure code
 * before anything is done: {@link dev.gibbon.core.decision.Decider} turns facts and a configuration
 * into a decision; the data path carries it out, the access log prints it, {@code gibbon why}
 * explains it.
 */
@NullMarked
package dev.gibbon.core.decision;

import org.jspecify.annotations.NullMarked;
