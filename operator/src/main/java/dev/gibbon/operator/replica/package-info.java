/**
 * What the replicas of the operator know of each other: which of their sidecars run what. The one
 * that leads asks the others once a second ({@link dev.gibbon.operator.replica.Replicas}); each
 * answers with a {@link dev.gibbon.operator.replica.ReplicaReport}, over mutual TLS on the port of
 * the feed.
 */
@NullMarked
package dev.gibbon.operator.replica;

import org.jspecify.annotations.NullMarked;
