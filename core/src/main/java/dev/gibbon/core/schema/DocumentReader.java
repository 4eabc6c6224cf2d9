package dev.gibbon.core.schema;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes typed fields out of one untyped document and collects everything that is wrong with them,
 * in the words of Kong ({@code kong/db/schema/init.lua@1.1.0}). Where a field is wrong, a value of
 * the right type is returned all the same, and {@link #isSound} is false for it. Not thread-safe.
 */
final class DocumentReader {
    static final String MISSING = "required field missing";
    private static final String NOT_TEXT = "expected a string";
    private static final int LONGEST_NAME = 64;
    // A request line, and so a path that can be asked for, is no longer in a sidecar.
    private static final int MAX_TEXT = 8192;
    // Of one set, each text with its quotes and comma: half a line of the feed.
    private static final int MAX_TEXTS = 1 << 19;
    private static final double LARGEST_EXACT = 9_007_199_254_740_992d;

    private final Map<String, ? extends @Nullable Object> document;
    private final String prefix;
    private final List<Violation> violations;

    DocumentReader(Map<String, ? extends @Nullable Object> document) {
        this(document, "", new ArrayList<>());
    }

    private DocumentReader(
            Map<String, ? extends @Nullable Object> document,
            String prefix,
            List<Violation> violations) {
        this.document = document;
        this.prefix = prefix;
        this.violations = violations;
    }

    List<Violation> violations() {
        return violations;
    }

    void refuseFieldsOutside(Map<String, FieldType> known) {
        for (String field : document.keySet()) {
            if (!known.containsKey(field)) {
                add(asSegment(field), "unknown field");
            }
        }
    }

    /** A foreign name as one segment of a path: no dots, not the entity's, no leading digit. */
    private static String asSegment(String field) {
        String plain =
                field.substring(0, Math.min(field.length(), LONGEST_NAME))
                        .replaceAll("^@|[^!-~]|\\.", "_");
        return plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "_" + plain : plain;
    }

    /** Whether the document has nothing, or null, for this field. */
    boolean isAbsent(String field) {
        return document.get(field) == null;
    }

    void add(String field, String message) {
        violations.add(new Violation(prefix + field, message));
    }

    void addToEntity(String message) {
        add(Violation.ENTITY, message);
    }

    /** Whether nothing is wrong with this field so far. */
    boolean isSound(String field) {
        String path = prefix + field;
        return violations.stream()
                .noneMatch(v -> v.path().equals(path) || v.path().startsWith(path + "."));
    }

    void require(String field) {
        if (isAbsent(field)) {
            add(field, MISSING);
        }
    }

    /** Whether the document gives an explicit null, which is not the same as nothing at all. */
    boolean isNull(String field) {
        return document.containsKey(field) && document.get(field) == null;
    }

    UUID uuid(String field) {
        Object value = document.get(field);
        if (value == null) {
            add(field, MISSING);
        } else if (!(value instanceof String text)) {
            add(field, NOT_TEXT);
        } else if (!Texts.isUuid(text)) {
            add(field, "expected a valid UUID");
        } else {
            return UUID.fromString(text);
        }
        return new UUID(0, 0);
    }

    long timestamp(String field) {
        Object value = document.get(field);
        Long seconds = whole(value);
        if (value == null) {
            add(field, MISSING);
        } else if (seconds == null) {
            add(field, "expected an integer");
        } else if (seconds <= 0) {
            add(field, "expected a valid timestamp");
        } else {
            return seconds;
        }
        return 0;
    }

    @Nullable String text(String field, Function<String, @Nullable String> rule) {
        return checkedText(field, document.get(field), rule);
    }

    private @Nullable String checkedText(
            String field, @Nullable Object value, Function<String, @Nullable String> rule) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text)) {
            add(field, NOT_TEXT);
            return null;
        }
        String wrong = text.isEmpty() ? "length must be at least 1" : tooLong(text, MAX_TEXT);
        if (wrong == null) {
            wrong = rule.apply(text);
        }
        if (wrong != null) {
            add(field, wrong);
            return null;
        }
        return text;
    }

    static @Nullable String tooLong(String text, int max) {
        return text.length() > max ? "length must be at most " + max : null;
    }

    int integer(String field, int ifAbsent, int min, int max) {
        Integer value = integerOrNull(field, min, max);
        return value == null ? ifAbsent : value;
    }

    @Nullable Integer integerOrNull(String field, int min, int max) {
        Object value = document.get(field);
        if (value == null) {
            return null;
        }
        Long number = whole(value);
        if (number == null) {
            add(field, "expected an integer");
            return null;
        }
        if (number < min || number > max) {
            add(field, "value should be between " + min + " and " + max);
            return null;
        }
        return number.intValue();
    }

    /** The whole number that this is, e.g. {@code 80} or {@code 80.0}; beyond 2^53 its sign. */
    private static @Nullable Long whole(@Nullable Object value) {
        if (!(value instanceof Number number)) {
            return null;
        }
        double real = number.doubleValue();
        if (Double.isNaN(real) || Double.isInfinite(real) || real != Math.rint(real)) {
            return null;
        }
        if (Math.abs(real) >= LARGEST_EXACT) {
            return real < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return (long) real;
    }

    @Nullable Boolean flag(String field) {
        Object value = document.get(field);
        if (value == null) {
            return null;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        add(field, "expected a boolean");
        return null;
    }

    /** A set of texts: order kept, a value given twice taken once; null when not set. */
    @Nullable List<String> texts(
            String field, String collection, Function<String, @Nullable String> rule) {
        List<?> values = list(field, collection);
        if (values == null) {
            return null;
        }
        LinkedHashSet<String> texts = new LinkedHashSet<>();
        long length = 0;
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            if (value == null) {
                add(field + "." + (i + 1), NOT_TEXT);
                continue;
            }
            String text = checkedText(field + "." + (i + 1), value, rule);
            if (text != null && texts.add(text)) {
                length += text.length() + 3;
            }
        }
        if (length > MAX_TEXTS) {
            add(field, "length must be at most " + MAX_TEXTS + " altogether");
        }
        return List.copyOf(texts);
    }

    /** A set of records, each read by the given function; null when not set. */
    <T> @Nullable List<T> records(String field, Function<DocumentReader, @Nullable T> each) {
        List<?> values = list(field, "set");
        if (values == null) {
            return null;
        }
        LinkedHashSet<T> records = new LinkedHashSet<>();
        for (int i = 0; i < values.size(); i++) {
            DocumentReader reader = nested(field + "." + (i + 1), values.get(i));
            T read = reader == null ? null : each.apply(reader);
            if (read != null) {
                records.add(read);
            }
        }
        return List.copyOf(records);
    }

    /** A record; null when not set or when it is none. */
    @Nullable DocumentReader fields(String field) {
        Object value = document.get(field);
        return value == null ? null : nested(field, value);
    }

    private @Nullable List<?> list(String field, String collection) {
        Object value = document.get(field);
        if (value == null || value instanceof List<?>) {
            return (List<?>) value;
        }
        add(field, "expected a" + ("array".equals(collection) ? "n " : " ") + collection);
        return null;
    }

    private @Nullable DocumentReader nested(String field, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            add(field, "expected a record");
            return null;
        }
        @SuppressWarnings("unchecked") // documents come from JSON or forms: keys are texts
        Map<String, @Nullable Object> record = (Map<String, @Nullable Object>) map;
        return new DocumentReader(record, prefix + field + ".", violations);
    }
}
