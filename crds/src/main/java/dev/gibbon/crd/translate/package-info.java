/**
 * From custom resources to what the mesh works with: a MeshService becomes a Service, a MeshRoute a
 * Route, under ids that depend on namespace and name alone. The rules are those of {@code
 * dev.gibbon.core.schema} and the bounds of {@link dev.gibbon.crd.translate.Bounds}; the schema
 * that the API server checks says the same as far as it can. Pure.
 */
@NullMarked
package dev.gibbon.crd.translate;

import org.jspecify.annotations.NullMarked;
