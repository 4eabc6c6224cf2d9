/**
 * The custom resources of the group {@code gibbon.dev}, as they are written and read in Kubernetes.
 */
@NullMarked
package dev.gibbon.crd;

import org.jspecify.annotations.NullMarked;
