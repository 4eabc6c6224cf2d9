package dev.gibbon.sidecar.control;

import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.sidecar.upstream.Destinations;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks for destinations over the feed, and has connections wait for the answers. State is confined
 * to the control loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Timers report through the promises they complete.
final class DestinationQueries implements Destinations {
    /**
     * How long a connection waits for an answer that it is not refused without: as long as a client
     * waits whose first two SYNs were lost, which applications have to live with. After that it
     * goes on plain, perhaps to a workload with a sidecar, so a control plane that is merely slow
     * is waited for.
     */
    static final Duration PERMISSIVE_DEADLINE = Duration.ofSeconds(3);

    /** The same while there is little hope: an outage, or a hang, must not be felt for longer. */
    static final Duration PERMISSIVE_GRACE = Duration.ofSeconds(1);

    /**
     * How long it waits, in either case, where it is refused without an answer: many pods that
     * start at once make the control plane slow.
     */
    static final Duration STRICT_DEADLINE = Duration.ofSeconds(10);

    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final EventLoop loop;
    private final InstantSource clock;
    private final Runnable unanswered;
    private final DestinationBook book = new DestinationBook();
    private final Map<String, List<Promise<Boolean>>> waiting = new HashMap<>();
    private @Nullable Consumer<List<String>> feed;
    private Instant lost = Instant.MIN;
    private Map<String, ?> known = Map.of();
    private boolean strict;

    /** The control plane is connected, but the last question waited for it in vain. */
    private boolean silent;

    private boolean sweeping;

    /**
     * @param unanswered told of each connection or request that goes without an answer
     */
    DestinationQueries(EventLoop loop, InstantSource clock, Runnable unanswered) {
        this.loop = loop;
        this.clock = clock;
        this.unanswered = unanswered;
    }

    @Override
    public Future<Boolean> ask(EventLoop caller, String id) {
        Promise<Boolean> answer = caller.newPromise();
        try {
            loop.execute(() -> ask(answer, id));
        } catch (RejectedExecutionException _) {
            // The sidecar stops.
            answer.trySuccess(false);
        }
        return answer;
    }

    private void ask(Promise<Boolean> answer, String id) {
        Instant now = clock.instant();
        // Also where it is known still: that may be because it has just been forgotten.
        if (book.want(id, now)) {
            subscribe();
        }
        if (known.containsKey(id)) {
            answer.trySuccess(true);
            return;
        }
        // A connection to the control plane that was just lost is mostly back in no time.
        if (feed == null && lost.plus(grace()).isBefore(now)) {
            giveUp(answer);
            return;
        }
        waiting.computeIfAbsent(id, _ -> new ArrayList<>()).add(answer);
        Duration most = feed == null || silent ? grace() : deadline();
        loop.schedule(() -> expire(id, answer), most.toNanos(), TimeUnit.NANOSECONDS);
        sweepLater();
    }

    private Duration deadline() {
        return strict ? STRICT_DEADLINE : PERMISSIVE_DEADLINE;
    }

    private Duration grace() {
        return strict ? STRICT_DEADLINE : PERMISSIVE_GRACE;
    }

    private void expire(String id, Promise<Boolean> answer) {
        List<Promise<Boolean>> promises = waiting.get(id);
        if (promises != null && promises.remove(answer)) {
            if (promises.isEmpty()) {
                waiting.remove(id);
            }
            silent = true;
            giveUp(answer);
        }
    }

    private void giveUp(Promise<Boolean> answer) {
        unanswered.run();
        answer.trySuccess(false);
    }

    @Override
    public void used(String id) {
        try {
            loop.execute(() -> book.used(id, clock.instant()));
        } catch (RejectedExecutionException _) {
            // The sidecar stops, and with it the book.
            return;
        }
    }

    private void sweepLater() {
        if (!sweeping) {
            sweeping = true;
            loop.schedule(this::sweep, SWEEP.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        if (book.forget(clock.instant())) {
            subscribe();
        }
        if (!book.wanted().isEmpty()) {
            sweepLater();
        }
    }

    private void subscribe() {
        if (feed != null) {
            feed.accept(book.wanted());
        }
    }

    /**
     * The control plane can be asked. On the control loop.
     *
     * @param subscribe sends a list of wanted ids
     */
    void connected(Consumer<List<String>> subscribe) {
        feed = subscribe;
        silent = false;
        if (!book.wanted().isEmpty()) {
            subscribe();
        }
    }

    /** The control plane is away. On the control loop. */
    void disconnected() {
        if (feed != null) {
            feed = null;
            lost = clock.instant();
        }
    }

    /** A configuration is in force. On the control loop. */
    void applied(FeedConfig config) {
        known = config.destinations();
        silent = false;
        strict = config.settings().mode() == MeshMode.STRICT;
        List<String> answered = waiting.keySet().stream().filter(known::containsKey).toList();
        for (String id : answered) {
            List<Promise<Boolean>> promises = waiting.remove(id);
            if (promises != null) {
                promises.forEach(promise -> promise.trySuccess(true));
            }
        }
    }
}
