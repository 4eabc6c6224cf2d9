package dev.gibbon.controlplane.feed;

import dev.gibbon.core.feed.FeedMessage.Resume;
import dev.gibbon.core.feed.FeedSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What was published, and to whom that is to be told. Any thread may call. */
final class FeedHub {
    /** How many states a sidecar may be behind and still be sent only what changed. */
    private static final int HISTORY = 16;

    private final Set<Consumer<FeedSnapshot>> listeners = ConcurrentHashMap.newKeySet();
    private final Map<String, FeedSnapshot> history = new LinkedHashMap<>();
    private @Nullable FeedSnapshot latest;

    /** Takes a snapshot; listeners are told in the order of publication. */
    synchronized void publish(FeedSnapshot snapshot) {
        latest = snapshot;
        history.remove(snapshot.hash());
        history.put(snapshot.hash(), snapshot);
        if (history.size() > HISTORY) {
            history.remove(history.keySet().iterator().next());
        }
        listeners.forEach(listener -> listener.accept(snapshot));
    }

    /** Adds a listener, and tells it what was published last. It must not block. */
    synchronized void add(Consumer<FeedSnapshot> listener) {
        listeners.add(listener);
        if (latest != null) {
            listener.accept(latest);
        }
    }

    void remove(Consumer<FeedSnapshot> listener) {
        listeners.remove(listener);
    }

    /** A state of this content; its revision may have been another. */
    synchronized Optional<FeedSnapshot> find(Resume resume) {
        return Optional.ofNullable(history.get(resume.hash()));
    }
}
