package dev.gibbon.core.rule;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The entity that a rule was compiled from, so that {@code gibbon why} and the access log can name
 * it.
 *
 * @param kind e.g. {@code Route}
 * @param name null when the entity has none
 */
public record RuleOrigin(String kind, UUID id, @Nullable String name) {

    /** The name, or the id where there is none. */
    public String label() {
        return name == null ? id.toString() : name;
    }
}
