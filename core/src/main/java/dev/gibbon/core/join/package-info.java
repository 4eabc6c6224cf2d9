/**
 * First trust: how a sidecar that has nothing but a {@link dev.gibbon.core.join.JoinToken} gets a
 * certificate. It sends a {@link dev.gibbon.core.join.CertificateOrder} to {@code POST
 * /v1/certificates} and is answered a {@link dev.gibbon.core.join.CertificateGrant}, or a {@link
 * dev.gibbon.core.join.Refusal}.
 */
@NullMarked
package dev.gibbon.core.join;

import org.jspecify.annotations.NullMarked;
