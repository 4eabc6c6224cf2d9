/** What the sidecars are told, made out of what people wrote and what has joined. Pure. */
@NullMarked
package dev.gibbon.controlplane.compile;

import org.jspecify.annotations.NullMarked;
