/**
 * What the sidecars of a cluster are told. {@link dev.gibbon.operator.feed.ChangeLoop} takes
 * changes that come together as one revision; a {@link dev.gibbon.operator.feed.MeshPublication} is
 * one of them, and gives each sidecar what its namespace and zone may know.
 */
@NullMarked
package dev.gibbon.operator.feed;

import org.jspecify.annotations.NullMarked;
