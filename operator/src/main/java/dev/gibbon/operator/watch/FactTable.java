package dev.gibbon.operator.watch;

import dev.gibbon.core.log.Log;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is known of all objects of a kind, by namespace and name. Any thread may read; an informer
 * writes.
 *
 * @param <T> the kind
 * @param <F> what matters of an object, with an {@code equals} of its own
 */
public final class FactTable<T extends HasMetadata, F> implements ResourceEventHandler<T> {
    private final Function<T, Optional<F>> reader;
    private final Runnable changed;
    private final Log log;
    private final Map<String, F> facts = new TreeMap<>();

    /**
     * A table of nothing.
     *
     * @param reader empty for an object without interest
     * @param changed called after each change of a fact; must not block
     */
    public FactTable(Function<T, Optional<F>> reader, Runnable changed, Log log) {
        this.reader = reader;
        this.changed = changed;
        this.log = log;
    }

    /** The key of an object, e.g. {@code shop/service-b}; {@code /node-1} without a namespace. */
    public static String key(@Nullable String namespace, String name) {
        return (namespace == null ? "" : namespace) + "/" + name;
    }

    /** What is known of an object; empty when there is none. */
    public Optional<F> get(@Nullable String namespace, String name) {
        synchronized (facts) {
            return Optional.ofNullable(facts.get(key(namespace, name)));
        }
    }

    /** What is known of all, by namespace and name. */
    public Collection<F> all() {
        synchronized (facts) {
            return List.copyOf(facts.values());
        }
    }

    /**
     * Waits until an object is as wanted. Not on an event loop.
     *
     * @param limitMillis how long at most
     * @return what is known of the object in the end, wanted or not; empty when there is none
     */
    public Optional<F> await(String namespace, String name, Predicate<F> wanted, long limitMillis)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        synchronized (facts) {
            while (true) {
                F fact = facts.get(key(namespace, name));
                long left = deadline - System.nanoTime();
                if ((fact != null && wanted.test(fact)) || left <= 0) {
                    return Optional.ofNullable(fact);
                }
                TimeUnit.NANOSECONDS.timedWait(facts, left);
            }
        }
    }

    @Override
    public void onAdd(T object) {
        put(object);
    }

    @Override
    public void onUpdate(T before, T object) {
        put(object);
    }

    @Override
    public void onDelete(T object, boolean deletedFinalStateUnknown) {
        set(object, null);
    }

    private void put(T object) {
        F fact;
        try {
            fact = reader.apply(object).orElse(null);
        } catch (RuntimeException e) {
            // One object that is not as expected must not stop the others.
            log.error(
                    "object could not be read",
                    "kind",
                    object.getKind(),
                    "namespace",
                    String.valueOf(object.getMetadata().getNamespace()),
                    "name",
                    object.getMetadata().getName(),
                    "cause",
                    e);
            return;
        }
        set(object, fact);
    }

    private void set(T object, @Nullable F fact) {
        String key = key(object.getMetadata().getNamespace(), object.getMetadata().getName());
        synchronized (facts) {
            F old = fact == null ? facts.remove(key) : facts.put(key, fact);
            if (old == null ? fact == null : old.equals(fact)) {
                return;
            }
            facts.notifyAll();
        }
        changed.run();
    }
}
