/**
 * The configuration and its keeping. {@code Tables} is the whole configuration as an immutable
 * value that refuses what would break it; an {@code Edit} turns one into the next under the store's
 * lock; a {@code ConfigStore} keeps the newest, in memory or in SQLite, and tells a listener.
 *
 * <p>Reads never touch a disk: a store holds all of it in memory, and a database only makes it
 * last.
 */
@NullMarked
package dev.gibbon.controlplane.store;

import org.jspecify.annotations.NullMarked;
