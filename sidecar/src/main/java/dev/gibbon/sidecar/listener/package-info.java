/** Accepting connections: opens what the settings name and finds out what the first bytes are. */
@NullMarked
package dev.gibbon.sidecar.listener;

import org.jspecify.annotations.NullMarked;
