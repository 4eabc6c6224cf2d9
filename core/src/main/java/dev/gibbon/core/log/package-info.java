/**
 * What a node says while it works; the text goes to {@code logs/error.log} of its prefix. And what
 * a program does whose output is lost.
 */
@NullMarked
package dev.gibbon.core.log;

import org.jspecify.annotations.NullMarked;
