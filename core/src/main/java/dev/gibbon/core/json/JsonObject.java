package dev.gibbon.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.gibbon.core.net.IpAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object of JSON. Its getters note which fields were asked for, so that {@link #understood} can
 * tell what a reader knows. Unknown fields are otherwise ignored. One thread.
 */
public final class JsonObject {
    /** The longest text, in bytes: 1 MiB. */
    public static final int MAX_TEXT = 1 << 20;

    private static final int MAX_DEPTH = 16;
    private static final int MAX_STRING = 64 * 1024;
    private static final int MAX_NAME = 128;
    private static final int MAX_NUMBER = 20;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxDocumentLength(MAX_TEXT)
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxStringLength(MAX_STRING)
                                    .maxNameLength(MAX_NAME)
                                    .maxNumberLength(MAX_NUMBER)
                                    .build())
                    .build();

    private final String path;
    private final Map<String, @Nullable Object> fields;
    private final Set<String> understood;

    private JsonObject(String path, Map<String, @Nullable Object> fields, Set<String> understood) {
        this.path = path;
        this.fields = fields;
        this.understood = understood;
    }

    /**
     * Reads a text that is one object, in UTF-8.
     *
     * @throws JsonFormatException when it is not, holds a name twice, or exceeds a limit
     */
    public static JsonObject parse(byte[] text) throws JsonFormatException {
        if (text.length > MAX_TEXT) {
            throw new JsonFormatException(
                    "json: " + text.length + " bytes (expected: at most " + MAX_TEXT + ")");
        }
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new JsonFormatException("json: another value (expected: an object)");
            }
            Map<String, @Nullable Object> fields = readObject(parser);
            if (parser.nextToken() != null) {
                throw new JsonFormatException("json: text after the object (expected: the end)");
            }
            return new JsonObject("", fields, new HashSet<>());
        } catch (IOException e) {
            // Jackson's own message quotes the text, which may hold a secret.
            throw new JsonFormatException(
                    "json: unreadable (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static Map<String, @Nullable Object> readObject(JsonParser parser)
            throws IOException, JsonFormatException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, readValue(parser));
        }
        return fields;
    }

    private static @Nullable Object readValue(JsonParser parser)
            throws IOException, JsonFormatException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> {
                List<@Nullable Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(readValue(parser));
                }
                yield items;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> readInteger(parser);
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                    throw new JsonFormatException("json: truncated (expected: a value)");
        };
    }

    /** Integers beyond 64 bits are nobody's field; they are kept as what cannot be asked for. */
    private static Object readInteger(JsonParser parser) throws IOException {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? parser.getDoubleValue()
                : (Object) parser.getLongValue();
    }

    /** The path of a field for messages, e.g. {@code resource.host}. */
    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Paths of all fields that were asked for and present, of this object and those within. */
    public Set<String> understood() {
        return Set.copyOf(understood);
    }

    /** The names of all fields, for an object whose names are data. */
    public Set<String> names() {
        return Set.copyOf(fields.keySet());
    }

    public boolean has(String name) {
        return fields.get(name) != null;
    }

    public String string(String name) throws JsonFormatException {
        return required(name, optionalString(name));
    }

    /** The text; null when the field is absent or null. */
    public @Nullable String optionalString(String name) throws JsonFormatException {
        Object value = take(name);
        return switch (value) {
            case null -> null;
            case String text -> text;
            default -> throw wrong(name, value, "a string");
        };
    }

    public long number(String name) throws JsonFormatException {
        Object value = required(name, take(name));
        if (value instanceof Long number) {
            return number;
        }
        throw wrong(name, value, "an integer");
    }

    /** An integer within these bounds, both included. */
    public int integer(String name, int from, int to) throws JsonFormatException {
        long value = number(name);
        if (value < from || value > to) {
            throw wrong(name, value, from + "-" + to);
        }
        return (int) value;
    }

    public boolean bool(String name) throws JsonFormatException {
        return required(name, optionalBool(name));
    }

    /** The truth value; null when the field is absent or null. */
    public @Nullable Boolean optionalBool(String name) throws JsonFormatException {
        Object value = take(name);
        return switch (value) {
            case null -> null;
            case Boolean bool -> bool;
            default -> throw wrong(name, value, "true or false");
        };
    }

    public JsonObject object(String name) throws JsonFormatException {
        return required(name, optionalObject(name));
    }

    /** The object; null when the field is absent or null. */
    @SuppressWarnings("unchecked") // readValue makes maps of this type only
    public @Nullable JsonObject optionalObject(String name) throws JsonFormatException {
        Object value = take(name);
        return switch (value) {
            case null -> null;
            case Map<?, ?> map ->
                    new JsonObject(path(name), (Map<String, @Nullable Object>) map, understood);
            default -> throw wrong(name, value, "an object");
        };
    }

    public List<String> strings(String name) throws JsonFormatException {
        return required(name, optionalStrings(name));
    }

    /** A list of IP addresses. */
    public List<IpAddress> addresses(String name) throws JsonFormatException {
        List<IpAddress> addresses = new ArrayList<>();
        for (String text : strings(name)) {
            addresses.add(
                    IpAddress.parse(text).orElseThrow(() -> wrong(name, text, "IP addresses")));
        }
        return List.copyOf(addresses);
    }

    /** The texts; null when the field is absent or null. */
    public @Nullable List<String> optionalStrings(String name) throws JsonFormatException {
        Object value = take(name);
        if (value == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (Object item : items(name, value)) {
            if (!(item instanceof String text)) {
                throw wrong(name, item, "a list of strings");
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    /** Integers within these bounds, both included. */
    public List<Integer> integers(String name, int from, int to) throws JsonFormatException {
        List<Integer> numbers = new ArrayList<>();
        for (Object item : items(name, required(name, take(name)))) {
            if (!(item instanceof Long number) || number < from || number > to) {
                throw wrong(name, item, "a list of " + from + "-" + to);
            }
            numbers.add(number.intValue());
        }
        return List.copyOf(numbers);
    }

    @SuppressWarnings("unchecked") // readValue makes maps of this type only
    public List<JsonObject> objects(String name) throws JsonFormatException {
        List<JsonObject> objects = new ArrayList<>();
        for (Object item : items(name, required(name, take(name)))) {
            if (!(item instanceof Map<?, ?> map)) {
                throw wrong(name, item, "a list of objects");
            }
            objects.add(
                    new JsonObject(path(name), (Map<String, @Nullable Object>) map, understood));
        }
        return List.copyOf(objects);
    }

    private List<?> items(String name, Object value) throws JsonFormatException {
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(name, value, "a list");
    }

    private @Nullable Object take(String name) {
        Object value = fields.get(name);
        if (value != null) {
            understood.add(path(name));
        }
        return value;
    }

    private <T> T required(String name, @Nullable T value) throws JsonFormatException {
        if (value == null) {
            throw new JsonFormatException(path(name) + ": missing");
        }
        return value;
    }

    /** What is wrong with a field, for readers that know more of it than its JSON type. */
    public JsonFormatException wrong(String name, @Nullable Object got, String expected) {
        return new JsonFormatException(
                path(name) + ": " + shown(got) + " (expected: " + expected + ")");
    }

    private static String shown(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> _ -> "an object";
            case List<?> _ -> "a list";
            default -> printable(value.toString());
        };
    }

    private static String printable(String text) {
        String start = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return start.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
