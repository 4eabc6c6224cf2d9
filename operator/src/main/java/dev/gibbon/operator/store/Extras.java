package dev.gibbon.operator.store;

import dev.gibbon.core.schema.EntityKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What entities have and specs have not, as annotations. Anybody who may write the object may write
 * them, so one that is not well-formed is as good as absent. Objects are copied, annotations with
 * them; so they name the object that they are about, and on another one only the tags count.
 *
 * @param id null for the id that depends on namespace and name
 * @param name empty for an entity without a name; null for the name of the object
 * @param createdAt seconds since the epoch, at least 1; null for when the object was made
 * @param updatedAt seconds since the epoch, at least 1; null for when the object was made
 * @param tags null when never set
 */
record Extras(
        @Nullable UUID id,
        @Nullable String name,
        @Nullable Long createdAt,
        @Nullable Long updatedAt,
        @Nullable List<String> tags) {
    static final String OBJECT = "gibbon.dev/object";
    static final String ID = "gibbon.dev/id";
    static final String NAME = "gibbon.dev/name";
    static final String CREATED_AT = "gibbon.dev/created-at";
    static final String UPDATED_AT = "gibbon.dev/updated-at";
    static final String TAGS = "gibbon.dev/tags";

    private static final List<String> KEYS =
            List.of(OBJECT, ID, NAME, CREATED_AT, UPDATED_AT, TAGS);
    private static final Pattern TAG_LIST = Pattern.compile("([A-Za-z0-9._~-]+(,(?!$)|$))*");
    private static final Pattern SECONDS = Pattern.compile("[1-9][0-9]{0,17}");

    Extras {
        tags = tags == null ? null : List.copyOf(tags);
    }

    static Extras of(HasMetadata object) {
        Map<String, String> annotations = annotations(object);
        List<String> tags = tags(annotations.get(TAGS));
        if (!Objects.equals(annotations.get(OBJECT), object.getMetadata().getName())) {
            return new Extras(null, null, null, null, tags);
        }
        return new Extras(
                id(annotations.get(ID)),
                name(annotations.get(NAME)),
                seconds(annotations.get(CREATED_AT)),
                seconds(annotations.get(UPDATED_AT)),
                tags);
    }

    /**
     * The annotations of an object with these in place of those of the store that it has.
     *
     * @param object the name of the object
     */
    Map<String, String> in(String object, Map<String, String> others) {
        Map<String, String> all = new TreeMap<>(others);
        all.keySet().removeAll(KEYS);
        put(all, OBJECT, object);
        put(all, ID, id);
        put(all, NAME, name);
        put(all, CREATED_AT, createdAt);
        put(all, UPDATED_AT, updatedAt);
        put(all, TAGS, tags == null ? null : String.join(",", tags));
        return all;
    }

    static Map<String, String> annotations(@Nullable HasMetadata object) {
        Map<String, String> annotations =
                object == null ? null : object.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    private static void put(Map<String, String> all, String key, @Nullable Object value) {
        if (value != null) {
            all.put(key, value.toString());
        }
    }

    private static @Nullable UUID id(@Nullable String text) {
        return text != null && EntityKey.parse(text) instanceof EntityKey.Id(UUID id) ? id : null;
    }

    private static @Nullable String name(@Nullable String text) {
        boolean wellFormed =
                text != null
                        && (text.isEmpty()
                                || !(EntityKey.parse(text) instanceof EntityKey.Neither));
        return wellFormed ? text : null;
    }

    private static @Nullable Long seconds(@Nullable String text) {
        return text != null && SECONDS.matcher(text).matches() ? Long.valueOf(text) : null;
    }

    private static @Nullable List<String> tags(@Nullable String text) {
        if (text == null || !TAG_LIST.matcher(text).matches()) {
            return null;
        }
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(","));
    }
}
