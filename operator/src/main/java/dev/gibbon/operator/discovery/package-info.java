/**
 * What the cluster has, as the mesh sees it. {@link dev.gibbon.operator.discovery.FactReader} reads
 * Kubernetes objects into small facts; {@link dev.gibbon.operator.discovery.Discovery} makes of
 * them the members of the mesh and where virtual addresses lead. Pure: no client, no clock.
 *
 * <pre>
 * Pod ──► PodFact ──────────────┐
 * Node ──► NodeFact (zone)      ├──► Discovery ──► members, destinations, who a pod is
 * Service ──► ServiceFact       │
 * EndpointSlice ──► SliceFact ──┘
 * </pre>
 */
@NullMarked
package dev.gibbon.operator.discovery;

import org.jspecify.annotations.NullMarked;
