package dev.gibbon.controlplane.store;

import java.util.Optional;
import java.util.UUID;

/**
 * Which part of a listing is wanted. Entities come in the order of their ids, so that those which
 * come or go meanwhile neither repeat nor hide others.
 *
 * @param size 1-1000
 * @param after the last id of the page before; empty for the first page
 */
public record PageRequest(int size, Optional<UUID> after) {
    /** The largest page. */
    public static final int MAX_SIZE = 1000;

    /** The size when none is asked for. */
    public static final int DEFAULT_SIZE = 100;

    public PageRequest {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("size: " + size + " (expected: 1-" + MAX_SIZE + ")");
        }
    }

    /** The first page of the usual size. */
    public static PageRequest first() {
        return new PageRequest(DEFAULT_SIZE, Optional.empty());
    }
}
