package dev.gibbon.operator.store;

import dev.gibbon.core.schema.EntitySchema;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares entities field by field. */
final class Differences {
    private Differences() {}

    /** The fields of the Admin API that differ, by their names there. */
    static <E> List<String> of(EntitySchema<E> schema, E one, E other) {
        Map<String, @Nullable Object> left = schema.write(one);
        Map<String, @Nullable Object> right = schema.write(other);
        return left.keySet().stream()
                .filter(field -> !Objects.equals(left.get(field), right.get(field)))
                .toList();
    }
}
