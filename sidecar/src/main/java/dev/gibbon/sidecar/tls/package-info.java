/**
 * TLS on both sides of the sidecar. Mesh TLS has contexts of its own, told apart by ALPN, so that a
 * verification that a Service asks for is never weakened by the mesh.
 */
@NullMarked
package dev.gibbon.sidecar.tls;

import org.jspecify.annotations.NullMarked;
