/** Addresses as values: parsed strictly, never resolved, printed in one canonical form. */
@NullMarked
package dev.gibbon.core.net;

import org.jspecify.annotations.NullMarked;
