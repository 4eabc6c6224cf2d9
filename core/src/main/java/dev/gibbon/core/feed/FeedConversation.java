package dev.gibbon.core.feed;

import dev.gibbon.core.feed.FeedMessage.Hello;
import dev.gibbon.core.feed.FeedMessage.Resume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's half of one connection. At most one batch is under way; what is published
 * meanwhile is coalesced, so a slow sidecar holds no more than one snapshot and skips the ones
 * between. Methods return what to send. One thread.
 */
public final class FeedConversation {
    private @Nullable FeedSnapshot latest;
    private @Nullable FeedSnapshot acknowledged;
    private @Nullable FeedSnapshot underWay;
    private @Nullable FeedSnapshot refused;
    private List<String> kinds = List.of();
    private boolean greeted;
    // What it resumes from counts as known, but that it runs it has yet to be said.
    private boolean confirmed;

    /** A conversation that has not begun. */
    public FeedConversation(@Nullable FeedSnapshot latest) {
        this.latest = latest;
    }

    /** Why a sidecar cannot be served; empty when it can. */
    public static Optional<String> refusal(Hello hello) {
        return hello.versions().contains(FeedMessage.VERSION)
                ? Optional.empty()
                : Optional.of(
                        "feed versions "
                                + hello.versions()
                                + " (expected: "
                                + FeedMessage.VERSION
                                + ")");
    }

    /**
     * The sidecar said hello.
     *
     * @param history finds a snapshot that the control plane still has
     */
    public List<FeedMessage> onHello(
            Hello hello, Function<Resume, Optional<FeedSnapshot>> history) {
        kinds = List.copyOf(hello.kinds());
        greeted = true;
        Resume resume = hello.resume();
        // A sidecar that knows fewer kinds holds less than the snapshot says; it starts anew.
        if (resume != null && hello.kinds().containsAll(FeedResource.KINDS)) {
            acknowledged = history.apply(resume).orElse(null);
        }
        List<FeedMessage> messages = new ArrayList<>();
        messages.add(
                new Hello(
                        List.of(FeedMessage.VERSION),
                        FeedResource.KINDS,
                        acknowledged == null ? null : resume,
                        "control-plane"));
        messages.addAll(next());
        return messages;
    }

    /** There is something new. */
    public List<FeedMessage> onPublish(FeedSnapshot snapshot) {
        latest = snapshot;
        return next();
    }

    /** The sidecar runs a revision; answers to no batch are ignored. */
    public List<FeedMessage> onAck(long revision) {
        if (underWay == null || underWay.revision() != revision) {
            return List.of();
        }
        acknowledged = underWay;
        underWay = null;
        confirmed = true;
        return next();
    }

    /** The sidecar refused a revision. It is not sent again, the next one is. */
    public List<FeedMessage> onNack(long revision) {
        if (underWay == null || underWay.revision() != revision) {
            return List.of();
        }
        refused = underWay;
        underWay = null;
        confirmed = true;
        return next();
    }

    private List<FeedMessage> next() {
        FeedSnapshot to = latest;
        if (!greeted
                || to == null
                || underWay != null
                || (confirmed && same(to, acknowledged))
                || same(to, refused)) {
            return List.of();
        }
        FeedSnapshot from = acknowledged;
        underWay = to;
        return FeedDiff.between(from == null ? Map.of() : known(from), known(to)).batch(to);
    }

    private static boolean same(FeedSnapshot one, @Nullable FeedSnapshot other) {
        return other != null
                && one.revision() == other.revision()
                && one.hash().equals(other.hash());
    }

    private Map<ResourceKey, FeedResource> known(FeedSnapshot snapshot) {
        if (kinds.containsAll(FeedResource.KINDS)) {
            return snapshot.resources();
        }
        Map<ResourceKey, FeedResource> known = new TreeMap<>(snapshot.resources());
        known.keySet().removeIf(key -> !kinds.contains(key.kind()));
        return known;
    }
}
