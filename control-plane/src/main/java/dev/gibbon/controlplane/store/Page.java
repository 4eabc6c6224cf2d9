package dev.gibbon.controlplane.store;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A part of a listing.
 *
 * @param next the last id of this page, after which the next one starts; empty on the last page
 */
public record Page<T>(List<T> entities, Optional<UUID> next) {

    public Page {
        entities = List.copyOf(entities);
    }
}
