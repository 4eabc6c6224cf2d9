/**
 * A node as a process of its own: what lies under its prefix, how it is started in the background
 * and how it is stopped.
 *
 * <p>{@code gibbon start} launches {@code gibbon run} and waits on its standard output for one line
 * that says how the start went; from then on the two are strangers. A lock on a file under the
 * prefix, which the kernel gives back when the process dies, says whether a node runs there; the
 * pid file only says which.
 */
@NullMarked
package dev.gibbon.cli.daemon;

import org.jspecify.annotations.NullMarked;
