/** The operator's log: one line an event, on standard output, as text or JSON. */
@NullMarked
package dev.gibbon.operator.log;

import org.jspecify.annotations.NullMarked;
