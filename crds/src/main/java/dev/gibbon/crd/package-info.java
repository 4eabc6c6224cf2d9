/**
 * The custom resources of the group {@code gibbon.dev}: {@link dev.gibbon.crd.MeshService} and
 * {@link dev.gibbon.crd.MeshRoute}, as they are written and read in Kubernetes. The API server
 * checks what is written against the schema made from these types; what the mesh makes of it is
 * decided in {@code dev.gibbon.crd.translate}.
 */
@NullMarked
package dev.gibbon.crd;

import org.jspecify.annotations.NullMarked;
