package dev.gibbon.operator.store;

import java.util.Optional;
import java.util.UUID;

/** Which MeshService is which Service. Only of those that are Services. */
interface References {

    /** The name of the MeshService that is this Service. */
    Optional<String> object(UUID service);

    /** The Service that the MeshService of this name is. */
    Optional<UUID> service(String object);

    /** These, and a MeshService named by its id for every other id: for what is yet to be made. */
    default References withFuture() {
        References now = this;
        return new References() {
            @Override
            public Optional<String> object(UUID service) {
                return now.object(service).or(() -> Optional.of(service.toString()));
            }

            @Override
            public Optional<UUID> service(String object) {
                return now.service(object).or(() -> id(object));
            }
        };
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text)).filter(id -> id.toString().equals(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
