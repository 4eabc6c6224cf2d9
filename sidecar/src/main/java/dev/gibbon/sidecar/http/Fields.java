package dev.gibbon.sidecar.http;

import dev.gibbon.core.route.HeaderLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The header or trailer fields of a message, in their order and with their letter case. Text is
 * ISO-8859-1, so that bytes above 127 pass unchanged. Mutable; one thread.
 */
final class Fields implements HeaderLookup {
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    static Fields of(String... pairs) {
        Fields fields = new Fields();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.add(pairs[i], pairs[i + 1]);
        }
        return fields;
    }

    void add(String name, String value) {
        names.add(name);
        values.add(value);
    }

    /** Removes all of that name and adds one. */
    void set(String name, String value) {
        removeIf(name::equalsIgnoreCase);
        add(name, value);
    }

    void removeIf(Predicate<String> name) {
        int kept = 0;
        for (int i = 0; i < names.size(); i++) {
            if (!name.test(names.get(i))) {
                names.set(kept, names.get(i));
                values.set(kept, values.get(i));
                kept++;
            }
        }
        names.subList(kept, names.size()).clear();
        values.subList(kept, values.size()).clear();
    }

    int size() {
        return names.size();
    }

    int count(String name) {
        int count = 0;
        for (String candidate : names) {
            if (candidate.equalsIgnoreCase(name)) {
                count++;
            }
        }
        return count;
    }

    @Nullable String first(String name) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                return values.get(i);
            }
        }
        return null;
    }

    @Override
    public List<String> values(String name) {
        List<String> found = List.of();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                found = found.isEmpty() ? new ArrayList<>(1) : found;
                found.add(values.get(i));
            }
        }
        return found;
    }

    /** The values of all fields of that name joined by commas (RFC 9110 section 5.3). */
    @Nullable String joined(String name) {
        StringBuilder text = null;
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                if (text == null) {
                    text = new StringBuilder(values.get(i));
                } else {
                    text.append(", ").append(values.get(i));
                }
            }
        }
        return text == null ? null : text.toString();
    }

    /** The elements of a comma-separated list, in lower case. */
    List<String> tokens(String name) {
        String all = joined(name);
        List<String> tokens = new ArrayList<>();
        if (all != null) {
            int start = 0;
            while (start <= all.length()) {
                int comma = all.indexOf(',', start);
                int end = comma < 0 ? all.length() : comma;
                String token = all.substring(start, end).strip();
                if (!token.isEmpty()) {
                    tokens.add(token.toLowerCase(Locale.ROOT));
                }
                start = end + 1;
            }
        }
        return tokens;
    }

    void forEach(BiConsumer<String, String> consumer) {
        for (int i = 0; i < names.size(); i++) {
            consumer.accept(names.get(i), values.get(i));
        }
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
