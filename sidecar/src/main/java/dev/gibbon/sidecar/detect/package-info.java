/** Finding out what the first bytes of a connection are, without consuming them. Pure. */
@NullMarked
package dev.gibbon.sidecar.detect;

import org.jspecify.annotations.NullMarked;
