package dev.gibbon.controlplane.feed;

import dev.gibbon.core.feed.FeedMessage.Resume;
import dev.gibbon.core.feed.FeedSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What was published, to whom that is to be told, and what they had. Any thread may call. */
final class FeedHub {
    /** How many states of sidecars that are gone are kept, so that they can resume from them. */
    private static final int HISTORY = 256;

    private final Set<Consumer<Publication>> listeners = ConcurrentHashMap.newKeySet();
    private final SequencedMap<String, FeedSnapshot> history = new LinkedHashMap<>();
    private @Nullable Publication latest;

    /** Takes a publication; listeners are told in the order of publication. */
    synchronized void publish(Publication publication) {
        latest = publication;
        listeners.forEach(listener -> listener.accept(publication));
    }

    /** Adds a listener, and tells it what was published last. It must not block. */
    synchronized void add(Consumer<Publication> listener) {
        listeners.add(listener);
        if (latest != null) {
            listener.accept(latest);
        }
    }

    void remove(Consumer<Publication> listener) {
        listeners.remove(listener);
    }

    /** Keeps the states that a sidecar which is gone may be in. */
    synchronized void remember(List<FeedSnapshot> states) {
        for (FeedSnapshot state : states) {
            history.remove(state.hash());
            history.put(state.hash(), state);
            if (history.size() > HISTORY) {
                history.pollFirstEntry();
            }
        }
    }

    /**
     * A state of this content; its revision may have been another.
     *
     * @param name of the sidecar that has it
     */
    Optional<FeedSnapshot> find(Resume resume, String name) {
        FeedSnapshot known;
        Publication newest;
        synchronized (this) {
            known = history.get(resume.hash());
            newest = latest;
        }
        if (known != null || newest == null) {
            return Optional.ofNullable(known);
        }
        return Optional.of(newest.of(name).base())
                .filter(base -> base.hash().equals(resume.hash()));
    }
}
