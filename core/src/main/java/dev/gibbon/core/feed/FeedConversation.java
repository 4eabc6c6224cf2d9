package dev.gibbon.core.feed;

import dev.gibbon.core.feed.FeedMessage.Hello;
import dev.gibbon.core.feed.FeedMessage.Resume;
import dev.gibbon.core.feed.FeedMessage.Subscribe;
import dev.gibbon.core.feed.FeedResource.DestinationResource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's half of one connection. At most one batch is under way; what is published or
 * asked for meanwhile is coalesced, so a slow sidecar holds no more than one snapshot and skips the
 * ones between. Methods return what to send. One thread at a time.
 */
public final class FeedConversation {
    private @Nullable FeedSource latest;
    private SortedSet<String> wanted = Collections.emptySortedSet();
    private @Nullable FeedSnapshot acknowledged;
    private @Nullable FeedSnapshot underWay;
    private @Nullable FeedSnapshot refused;
    private List<String> kinds = List.of();
    private boolean greeted;
    // What it resumes from counts as known, but that it runs it has yet to be said.
    private boolean confirmed;

    /** A conversation that has not begun. */
    public FeedConversation(@Nullable FeedSource latest) {
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
            FeedSnapshot known = history.apply(resume).orElse(null);
            acknowledged = known;
            // Until it says what it wants now, it keeps what it has.
            wanted = known == null ? wanted : known.subscribed();
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
    public List<FeedMessage> onPublish(FeedSource source) {
        latest = source;
        return next();
    }

    /** Why a subscription cannot be served; empty when it can. */
    public static Optional<String> refusal(Subscribe subscribe) {
        return subscribe.kind().equals(DestinationResource.KIND)
                ? SubscribedIds.refusal(subscribe.ids())
                : Optional.empty();
    }

    /**
     * The sidecar wants to hear of these destinations and no others. Each is answered, also where
     * it leads only to itself; those that it wanted before and wants no longer are deleted.
     *
     * @param subscribe one without {@link #refusal(Subscribe)}; other kinds are ignored
     */
    public List<FeedMessage> onSubscribe(Subscribe subscribe) {
        if (!subscribe.kind().equals(DestinationResource.KIND)) {
            return List.of();
        }
        wanted = SubscribedIds.of(subscribe.ids());
        return next();
    }

    /** The states that the sidecar may be in; a later connection can resume from them. */
    public List<FeedSnapshot> states() {
        List<FeedSnapshot> states = new ArrayList<>();
        FeedSnapshot last = acknowledged;
        FeedSnapshot sent = underWay;
        if (last != null) {
            states.add(last);
        }
        if (sent != null) {
            states.add(sent);
        }
        return states;
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
        FeedSource source = latest;
        if (!greeted || source == null || underWay != null) {
            return List.of();
        }
        FeedSnapshot to = FeedSnapshot.of(source, answered());
        if ((confirmed && same(to, acknowledged)) || same(to, refused)) {
            return List.of();
        }
        FeedSnapshot from = acknowledged;
        underWay = to;
        return (from == null
                        ? FeedDiff.between(Map.of(), known(to.resources()))
                        : changes(from, to))
                .and(FeedDiff.between(from == null ? Map.of() : from.answers(), to.answers()))
                .batch(to);
    }

    private SortedSet<String> answered() {
        return kinds.contains(DestinationResource.KIND) ? wanted : Collections.emptySortedSet();
    }

    private FeedDiff changes(FeedSnapshot from, FeedSnapshot to) {
        return from.baseHash().equals(to.baseHash())
                ? new FeedDiff(List.of(), List.of())
                : FeedDiff.between(known(from.resources()), known(to.resources()));
    }

    private static boolean same(FeedSnapshot one, @Nullable FeedSnapshot other) {
        return other != null
                && one.revision() == other.revision()
                && one.hash().equals(other.hash());
    }

    private Map<ResourceKey, FeedResource> known(SortedMap<ResourceKey, FeedResource> resources) {
        if (kinds.containsAll(FeedResource.KINDS)) {
            return resources;
        }
        Map<ResourceKey, FeedResource> known = new TreeMap<>(resources);
        known.keySet().removeIf(key -> !kinds.contains(key.kind()));
        return known;
    }
}
