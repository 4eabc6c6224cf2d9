/**
 * What two sidecars say to each other inside mesh TLS: a PROXY protocol v2 header that tells the
 * far side about the client, then frames of bytes whose last one says that there are no more.
 */
@NullMarked
package dev.gibbon.sidecar.leg;

import org.jspecify.annotations.NullMarked;
