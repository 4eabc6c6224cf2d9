package dev.gibbon.crd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists as the Kubernetes client hands them over. */
final class Lists {
    private Lists() {}

    /** An unmodifiable copy; an empty list for none. */
    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
