/**
 * The sidecar's ties to its control plane. {@link dev.gibbon.sidecar.control.ControlPlane} is where
 * it is and how it is recognised; {@link dev.gibbon.sidecar.control.CertificateClient} orders
 * certificates there; {@link dev.gibbon.sidecar.control.IdentityKeeper} makes keys, keeps the
 * current identity in {@link dev.gibbon.sidecar.control.IdentityHolder} and renews it in time;
 * {@link dev.gibbon.sidecar.control.FeedClient} keeps the configuration up to date.
 *
 * <p>Nothing here is needed for traffic that flows: while the control plane is away, the sidecar
 * goes on with what it has. Nothing here writes a key anywhere.
 */
@NullMarked
package dev.gibbon.sidecar.control;

import org.jspecify.annotations.NullMarked;
