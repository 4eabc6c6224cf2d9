/**
 * The configuration of the mesh as Kubernetes has it. {@link
 * dev.gibbon.operator.config.MeshConfiguration} compiles all MeshServices and MeshRoutes, as a pure
 * function of them and of what they refer to, into what the sidecars of each namespace are told,
 * and into a {@link dev.gibbon.operator.config.Verdict} on each object.
 *
 * <p>Scope follows the Gateway API's rules for meshes: a route whose parent is a Service of its own
 * namespace is for everybody who calls that Service; any other is for clients in its own namespace.
 * References stay in the namespace.
 *
 * <p>A route that leads to a MeshService which is missing or cannot be used keeps its rules,
 * without the Service: what they match is refused. Were they dropped, a connection would be let
 * through that the MeshService wanted encrypted or verified.
 */
@NullMarked
package dev.gibbon.operator.config;

import org.jspecify.annotations.NullMarked;
