package dev.gibbon.core.schema;

import java.util.UUID;

/** What stands for an entity in a path of the Admin API. */
public sealed interface EntityKey {

    /** Its id. */
    record Id(UUID id) implements EntityKey {}

    /** Its name. */
    record Name(String name) implements EntityKey {}

    /** Text that can be neither. */
    record Neither(String message) implements EntityKey {}

    /** Reads a UUID, else a name; what looks like a UUID is never a name. */
    static EntityKey parse(String text) {
        if (Texts.isUuid(text)) {
            return new Id(UUID.fromString(text));
        }
        String wrong = text.isEmpty() ? "length must be at least 1" : Texts.checkName(text);
        return wrong == null ? new Name(text) : new Neither(wrong);
    }
}
