/**
 * Who a peer is. A {@link dev.gibbon.core.identity.TrustDomain} is one mesh; a {@link
 * dev.gibbon.core.identity.SpiffeId} is a name in it; a {@link
 * dev.gibbon.core.identity.TrustBundle} holds the authorities that may give such names; and {@link
 * dev.gibbon.core.identity.PeerCheck} decides, as a pure function of certificate, bundle, time and
 * source address, whether a peer is whom it says. It fails closed.
 */
@NullMarked
package dev.gibbon.core.identity;

import org.jspecify.annotations.NullMarked;
