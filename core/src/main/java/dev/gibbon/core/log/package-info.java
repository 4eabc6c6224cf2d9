/** What a node says while it works. The text goes to {@code logs/error.log} of its prefix. */
@NullMarked
package dev.gibbon.core.log;

import org.jspecify.annotations.NullMarked;
