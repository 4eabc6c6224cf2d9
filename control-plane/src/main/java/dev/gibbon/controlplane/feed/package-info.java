/**
 * The control plane's end of the feed, on Netty. {@link dev.gibbon.controlplane.feed.FeedServer}
 * listens on a Unix socket in the abstract name space, where the kernel says who the peer is, and
 * on TCP with TLS 1.3, where a certificate of the mesh does. On both, {@code POST /v1/certificates}
 * is answered as well, for sidecars that have none yet.
 *
 * <pre>
 * listener ──► who is it ──► feed or HTTP ──► FeedHandler ──► FeedConversation (core)
 *                                         └─► CertificateHandler ──► CertificateDesk
 * </pre>
 */
@NullMarked
package dev.gibbon.controlplane.feed;

import org.jspecify.annotations.NullMarked;
