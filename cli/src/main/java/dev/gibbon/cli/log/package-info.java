/**
 * The files under {@code logs/} of a node. {@link dev.gibbon.cli.log.FileLog} turns events into
 * lines, and {@link dev.gibbon.cli.log.AsyncLineWriter} brings lines into a file without ever
 * holding up the thread that reports.
 */
@NullMarked
package dev.gibbon.cli.log;

import org.jspecify.annotations.NullMarked;
