/**
 * Who belongs to the mesh. {@link dev.gibbon.controlplane.authority.CertificateAuthority} signs,
 * {@link dev.gibbon.controlplane.authority.JoinTokens} says who may be signed, {@link
 * dev.gibbon.controlplane.authority.HostCertificateDesk} puts both together and remembers the
 * workloads that have joined. What they keep goes through small stores.
 */
@NullMarked
package dev.gibbon.controlplane.authority;

import org.jspecify.annotations.NullMarked;
