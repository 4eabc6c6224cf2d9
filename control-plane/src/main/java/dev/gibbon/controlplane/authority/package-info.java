/**
 * Who belongs to the mesh. {@link dev.gibbon.controlplane.authority.CertificateAuthority} signs, by
 * a root of its own or by an {@link dev.gibbon.controlplane.authority.Intermediate} of another's,
 * {@link dev.gibbon.controlplane.authority.JoinTokens} says who may be signed, {@link
 * dev.gibbon.controlplane.authority.HostCertificateDesk} puts both together and remembers the
 * workloads that have joined. What they keep goes through small stores.
 */
@NullMarked
package dev.gibbon.controlplane.authority;

import org.jspecify.annotations.NullMarked;
