/**
 * The {@code gibbon} command. {@link dev.gibbon.cli.Gibbon} is the program; each subcommand is a
 * class of its own that gets what it needs by constructor, and does one thing. Exit codes: 0 done,
 * 1 failed, 2 wrong usage.
 */
@NullMarked
package dev.gibbon.cli;

import org.jspecify.annotations.NullMarked;
