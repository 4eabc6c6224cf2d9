/**
 * Measurements of single parts with JMH. Each benchmark has a {@code main} that prints a small
 * table; how to run it is in its Javadoc.
 */
@NullMarked
package dev.gibbon.bench;

import org.jspecify.annotations.NullMarked;
