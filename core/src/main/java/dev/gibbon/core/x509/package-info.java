/**
 * Just enough X.509 for a mesh: certificate requests (PKCS#10, RFC 2986), certificates (RFC 5280)
 * and their text form (PEM, RFC 7468), for P-256 keys only. The DER writer and the strict DER
 * reader are our own, because the JDK has no public builder for either and a sidecar's class path
 * is a budget. Whatever comes from outside is read by {@link
 * dev.gibbon.core.x509.CertificateRequest#parse} or {@link dev.gibbon.core.x509.Pem}, and fails
 * with {@link dev.gibbon.core.x509.X509FormatException} and nothing else.
 */
@NullMarked
package dev.gibbon.core.x509;

import org.jspecify.annotations.NullMarked;
