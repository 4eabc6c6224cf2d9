/**
 * Reaching an upstream: resolve its name, ask the {@code Decider} how each address is dialled,
 * bind, connect, shake hands, write the mesh leg's header; retry as the Service says.
 */
@NullMarked
package dev.gibbon.sidecar.upstream;

import org.jspecify.annotations.NullMarked;
