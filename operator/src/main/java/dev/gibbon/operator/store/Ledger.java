package dev.gibbon.operator.store;

import dev.gibbon.crd.MeshStatus;
import dev.gibbon.crd.translate.Translated;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a kind in one namespace, as known from answers to own writes and from a watch,
 * whichever comes first. Not thread-safe.
 *
 * @param <R> the kind of object
 * @param <E> the kind of entity
 */
final class Ledger<R extends CustomResource<?, MeshStatus>, E> {
    private record Entry<R, E>(R object, Extras extras, Translated<E> says) {}

    private record Index(Map<String, Identity> identities, Map<UUID, String> objects) {}

    private final Form<R, E> form;
    private final String namespace;
    private final Map<String, Entry<R, E>> entries = new TreeMap<>();

    /** The uids of objects that this process removed and whose end the watch has not told yet. */
    private final Set<String> removed = new HashSet<>();

    private @Nullable Index index;

    Ledger(Form<R, E> form, String namespace) {
        this.form = form;
        this.namespace = namespace;
    }

    /**
     * Takes an object in the version that was seen, unless a newer one is known.
     *
     * @return whether that may change entities
     */
    boolean see(R object) {
        ObjectMeta metadata = object.getMetadata();
        if (removed.contains(metadata.getUid())) {
            return false;
        }
        Entry<R, E> known = entries.get(metadata.getName());
        if (known != null && version(known.object()) >= version(object)) {
            return false;
        }
        entries.put(metadata.getName(), new Entry<>(object, Extras.of(object), form.read(object)));
        index = null;
        return known == null || !isSame(known.object(), object);
    }

    /**
     * Takes note that the watch told of an object's end.
     *
     * @return whether that may change entities
     */
    boolean gone(R object) {
        removed.remove(object.getMetadata().getUid());
        return remove(object);
    }

    /** Takes note that this process removed an object. What a watch still tells of it is old. */
    void removed(R object) {
        removed.add(object.getMetadata().getUid());
        remove(object);
    }

    private boolean remove(R object) {
        ObjectMeta metadata = object.getMetadata();
        Entry<R, E> known = entries.get(metadata.getName());
        if (known == null
                || !Objects.equals(known.object().getMetadata().getUid(), metadata.getUid())) {
            return false;
        }
        entries.remove(metadata.getName());
        index = null;
        return true;
    }

    /** Since Kubernetes 1.35 resource versions may be compared: they are numbers that grow. */
    private static long version(CustomResource<?, ?> object) {
        return Long.parseUnsignedLong(object.getMetadata().getResourceVersion());
    }

    /** Whether two versions of an object stand for the same entity. */
    static boolean isSame(CustomResource<?, ?> one, CustomResource<?, ?> other) {
        return Objects.equals(one.getMetadata().getUid(), other.getMetadata().getUid())
                && Objects.equals(one.getSpec(), other.getSpec())
                && Extras.of(one).equals(Extras.of(other));
    }

    /** Whether there is an object of this name, be it an entity or not. */
    boolean has(String name) {
        return entries.containsKey(name);
    }

    /** The object that is this entity. */
    Optional<R> object(UUID id) {
        return Optional.ofNullable(index().objects().get(id))
                .map(name -> Objects.requireNonNull(entries.get(name)).object());
    }

    /** For Services: which of the objects is which. */
    References references() {
        Index now = index();
        return new References() {
            @Override
            public Optional<String> object(UUID service) {
                return Optional.ofNullable(now.objects().get(service));
            }

            @Override
            public Optional<UUID> service(String object) {
                return Optional.ofNullable(now.identities().get(object)).map(Identity::id);
            }
        };
    }

    /** All objects that keep the rules, as entities. */
    List<E> entities(References references) {
        List<E> entities = new ArrayList<>();
        index().identities()
                .forEach((name, identity) -> {
                    Entry<R, E> entry = Objects.requireNonNull(entries.get(name));
                    if (entry.says() instanceof Translated.Valid<E>(E entity)) {
                        entities.add(
                                form.with(
                                        entry.object(),
                                        entity,
                                        identity,
                                        entry.extras(),
                                        references));
                    }
                });
        return entities;
    }

    private Index index() {
        Index known = index;
        if (known == null) {
            known = makeIndex();
            index = known;
        }
        return known;
    }

    private Index makeIndex() {
        List<Identities.Claim> claims = new ArrayList<>();
        entries.forEach((name, entry) -> {
            if (entry.says() instanceof Translated.Valid<E>) {
                claims.add(
                        new Identities.Claim(
                                name,
                                form.naturalId(namespace, name),
                                String.valueOf(entry.object().getMetadata().getCreationTimestamp()),
                                entry.extras()));
            }
        });
        Map<String, Identity> identities = Identities.of(claims);
        Map<UUID, String> objects = new HashMap<>();
        identities.forEach((name, identity) -> objects.put(identity.id(), name));
        return new Index(identities, objects);
    }
}
