package dev.gibbon.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An informer's memory of which objects there are, in which version, and nothing else of them.
 *
 * @param <T> the kind
 */
final class NamesOnly<T extends HasMetadata> implements ItemStore<T> {
    private final Supplier<T> maker;
    private final Map<String, T> items = new ConcurrentHashMap<>();

    /**
     * An empty store.
     *
     * @param maker makes an object of the kind
     */
    NamesOnly(Supplier<T> maker) {
        this.maker = maker;
    }

    @Override
    public String getKey(T object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    public @Nullable T put(String key, T object) {
        ObjectMeta full = object.getMetadata();
        T slim = maker.get();
        slim.setMetadata(
                new ObjectMetaBuilder()
                        .withNamespace(full.getNamespace())
                        .withName(full.getName())
                        .withUid(full.getUid())
                        .withResourceVersion(full.getResourceVersion())
                        .build());
        return items.put(key, slim);
    }

    @Override
    public @Nullable T remove(String key) {
        return items.remove(key);
    }

    @Override
    public Stream<String> keySet() {
        return items.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return items.values().stream();
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public @Nullable T get(String key) {
        return items.get(key);
    }

    @Override
    public boolean isFullState() {
        return false;
    }
}
