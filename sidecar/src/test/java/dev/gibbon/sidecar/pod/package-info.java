@NullMarked
package dev.gibbon.sidecar.pod;

import org.jspecify.annotations.NullMarked;
