/** What the tests of the data path share: applications, sidecars on loopback, certificates. */
@NullMarked
package dev.gibbon.sidecar.testing;

import org.jspecify.annotations.NullMarked;
