/** Control plane and sidecar against each other, over real sockets on this host. */
@NullMarked
package dev.gibbon.cli.feed;

import org.jspecify.annotations.NullMarked;
