package dev.gibbon.operator.store;

import dev.gibbon.crd.MeshStatus;
import dev.gibbon.crd.translate.FieldViolation;
import dev.gibbon.crd.translate.Translated;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the entities of a kind as objects. An object keeps its name for ever; a new one is called
 * as the entity where that is possible, else by the entity's id.
 *
 * @param <R> the kind of object
 * @param <E> the kind of entity
 */
final class Keeper<R extends CustomResource<?, MeshStatus>, E> {
    private static final Pattern OBJECT_NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final int LONGEST_NAME = 253;

    /** How a step is taken back. */
    record Undo(String object, Runnable step) {}

    private final Form<R, E> form;
    private final Ledger<R, E> ledger;
    private final ObjectCalls<R> calls;
    private final String namespace;

    Keeper(Form<R, E> form, Ledger<R, E> ledger, ObjectCalls<R> calls, String namespace) {
        this.form = form;
        this.ledger = ledger;
        this.calls = calls;
        this.namespace = namespace;
    }

    /** Why an entity does not come back from an object as it is; empty when it does. */
    Optional<String> objectionTo(E entity, References references) {
        References future = references.withFuture();
        R written = object(entity, before(entity), future);
        return switch (form.read(written)) {
            case Translated.Invalid<E>(var violations) -> Optional.of(sentence(violations));
            case Translated.Valid<E>(E read) -> {
                Identity identity = identity(written, form.schema().id(entity));
                E back = form.with(written, read, identity, Extras.of(written), future);
                List<String> fields = form.differences(entity, back);
                yield back.equals(entity) ? Optional.empty() : Optional.of(differ(fields));
            }
        };
    }

    private static Identity identity(CustomResource<?, ?> object, UUID id) {
        Extras extras = Extras.of(object);
        UUID claimed = extras.id();
        String name = extras.name() == null ? object.getMetadata().getName() : extras.name();
        return new Identity(claimed == null ? id : claimed, name.isEmpty() ? null : name);
    }

    private String sentence(List<FieldViolation> violations) {
        return violations.stream()
                .map(FieldViolation::toString)
                .collect(Collectors.joining("; ", "cannot be kept as a " + form.kind() + ": ", ""));
    }

    private String differ(List<String> fields) {
        return "cannot be kept as a "
                + form.kind()
                + ", which has no form for this value of: "
                + String.join(", ", fields)
                + " (change the object itself)";
    }

    private @Nullable R before(E entity) {
        return ledger.object(form.schema().id(entity)).orElse(null);
    }

    /** Makes or replaces the object of an entity. */
    Undo put(E entity, References references) {
        R before = before(entity);
        if (before == null) {
            R made = calls.create(object(entity, null, references));
            ledger.see(made);
            return new Undo(ObjectCalls.name(made), () -> delete(made));
        }
        R written = calls.replace(before, now -> object(entity, now, references));
        ledger.see(written);
        return new Undo(
                ObjectCalls.name(written),
                () -> ledger.see(calls.replace(written, now -> inPlaceOf(now, before))));
    }

    /** Removes the object of an entity. */
    Optional<Undo> remove(UUID id) {
        return ledger.object(id)
                .map(before -> {
                    delete(before);
                    return new Undo(
                            ObjectCalls.name(before), () -> ledger.see(calls.create(anew(before))));
                });
    }

    private void delete(R object) {
        calls.delete(object);
        ledger.removed(object);
    }

    private R inPlaceOf(R now, R content) {
        R copy = Serialization.clone(content);
        copy.getMetadata().setResourceVersion(now.getMetadata().getResourceVersion());
        return copy;
    }

    private R anew(R removed) {
        R copy = Serialization.clone(removed);
        ObjectMeta metadata = copy.getMetadata();
        metadata.setResourceVersion(null);
        metadata.setUid(null);
        metadata.setCreationTimestamp(null);
        return copy;
    }

    private R object(E entity, @Nullable R before, References references) {
        R written = form.write(entity, before, references);
        ObjectMeta metadata =
                before == null
                        ? new ObjectMetaBuilder()
                                .withNamespace(namespace)
                                .withName(newName(entity))
                                .build()
                        : new ObjectMetaBuilder(before.getMetadata()).build();
        Extras extras = extras(entity, metadata.getName());
        metadata.setAnnotations(extras.in(metadata.getName(), Extras.annotations(before)));
        written.setMetadata(metadata);
        return written;
    }

    /** What the object's name says already is not said again. */
    private Extras extras(E entity, String object) {
        Extras all = form.extras(entity);
        UUID natural = form.naturalId(namespace, object);
        return new Extras(
                natural.equals(all.id()) ? null : all.id(),
                object.equals(all.name()) ? null : all.name(),
                all.createdAt(),
                all.updatedAt(),
                all.tags());
    }

    private String newName(E entity) {
        String name = form.schema().name(entity);
        return name != null
                        && name.length() <= LONGEST_NAME
                        && OBJECT_NAME.matcher(name).matches()
                        && !ledger.has(name)
                ? name
                : form.schema().id(entity).toString();
    }
}
