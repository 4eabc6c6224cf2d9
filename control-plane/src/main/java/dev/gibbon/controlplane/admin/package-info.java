/**
 * The Admin API: the HTTP side of the configuration, compatible with Kong 1.1 as far as Services
 * and Routes go ({@code docs/kong-compatibility.md} lists the differences).
 *
 * <p>{@code AdminServer} is the thin shell around Jetty. It makes an {@code AdminRequest} of what
 * arrives and writes the {@code AdminResponse} that {@code AdminApi} decides on: body decoding
 * ({@code RequestBody}), listing ({@code ListQuery}), entities ({@code EntityCalls}) and errors
 * ({@code ApiErrors}) know nothing of HTTP servers.
 */
@NullMarked
package dev.gibbon.controlplane.admin;

import org.jspecify.annotations.NullMarked;
