/**
 * What control plane and sidecars say to each other: one {@link dev.gibbon.core.feed.FeedMessage} a
 * line of JSON ({@link dev.gibbon.core.feed.FeedCodec}), at most 1 MiB, both ways.
 *
 * <pre>
 * sidecar                                   control plane
 *   hello {versions, kinds, resume, name} ──►
 *                  ◄── hello {.., resume: from where it goes on, or null: the full set follows}
 *                  ◄── upsert*, delete*, complete {revision, hash}
 *   ack {revision} or nack {revision, reason} ──►
 *   subscribe {kind, ids}                   ──►
 *                  ◄── the answers, as the next batch
 * </pre>
 *
 * What changes takes effect at {@code complete}, as a whole. One batch is under way at a time: the
 * next one, made against what the sidecar acknowledged last, follows its answer. {@link
 * dev.gibbon.core.feed.FeedState} is the sidecar's half, {@link
 * dev.gibbon.core.feed.FeedConversation} the control plane's, both without I/O.
 */
@NullMarked
package dev.gibbon.core.feed;

import org.jspecify.annotations.NullMarked;
