/**
 * Where a name or a virtual address leads: a {@link dev.gibbon.core.destination.Destination} is a
 * set of endpoints that stand for each other, e.g. a port of a Kubernetes Service. Sidecars ask for
 * the destinations that their workloads use and are told no others, so what they hold does not grow
 * with the cluster.
 *
 * <pre>
 * "10.96.54.17:80"                       ──► Destination shop/service-b:80 ──► endpoints
 * "service-b.shop.svc.cluster.local:80"  ──► the same
 * "203.0.113.9:443"                      ──► none: it is only itself
 * </pre>
 */
@NullMarked
package dev.gibbon.core.destination;

import org.jspecify.annotations.NullMarked;
