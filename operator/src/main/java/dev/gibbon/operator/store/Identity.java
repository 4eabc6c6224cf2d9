package dev.gibbon.operator.store;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which entity an object is.
 *
 * @param name null when it has none
 */
record Identity(UUID id, @Nullable String name) {}
