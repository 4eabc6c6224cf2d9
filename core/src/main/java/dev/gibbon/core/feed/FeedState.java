package dev.gibbon.core.feed;

import dev.gibbon.core.feed.FeedMessage.Ack;
import dev.gibbon.core.feed.FeedMessage.Complete;
import dev.gibbon.core.feed.FeedMessage.Delete;
import dev.gibbon.core.feed.FeedMessage.Hello;
import dev.gibbon.core.feed.FeedMessage.Nack;
import dev.gibbon.core.feed.FeedMessage.Resume;
import dev.gibbon.core.feed.FeedMessage.Subscribe;
import dev.gibbon.core.feed.FeedMessage.Upsert;
import dev.gibbon.core.feed.FeedStep.Answer;
import dev.gibbon.core.feed.FeedStep.Apply;
import dev.gibbon.core.feed.FeedStep.Disconnect;
import dev.gibbon.core.feed.FeedStep.Wait;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a sidecar has been told. Lines go in; a batch takes effect at its {@code complete}, as a
 * whole. A batch with something malformed, or not understood that must be, is answered by a {@code
 * nack} and leaves the last good state. Survives connections, so that a new one resumes. One
 * thread.
 */
public final class FeedState {
    private static final SortedMap<ResourceKey, FeedResource> EMPTY =
            Collections.unmodifiableSortedMap(new TreeMap<>());
    private static final int MAX_REASON = 500;

    private final String name;

    private @Nullable Good good;
    private SortedMap<ResourceKey, FeedResource> base = EMPTY;
    private TreeMap<ResourceKey, FeedResource> batch = new TreeMap<>();
    private @Nullable String flaw;
    private @Nullable Good candidate;
    private boolean greeted;

    private record Good(FeedConfig config, SortedMap<ResourceKey, FeedResource> resources) {}

    /**
     * A state with nothing in it.
     *
     * @param name of the sidecar
     */
    public FeedState(String name) {
        this.name = name;
    }

    /** Begins a connection. */
    public Hello connect() {
        greeted = false;
        candidate = null;
        flaw = null;
        Good last = good;
        return new Hello(
                List.of(FeedMessage.VERSION),
                FeedResource.KINDS,
                last == null ? null : new Resume(last.config.revision(), last.config.hash()),
                name);
    }

    /**
     * Takes a line.
     *
     * @param line without its line feed
     */
    public FeedStep receive(byte[] line) {
        JsonObject json;
        String type;
        try {
            json = JsonObject.parse(line);
            type = json.string("type");
        } catch (JsonFormatException e) {
            return new Disconnect("malformed line: " + e.getMessage());
        }
        try {
            return switch (FeedCodec.decode(json)) {
                case Decoded.Known(FeedMessage message) -> take(message);
                case Decoded.Ignored _ -> new Wait();
                case Decoded.Unsupported(var names) ->
                        flawed(json, type, "not supported by this sidecar: " + names);
            };
        } catch (JsonFormatException e) {
            return flawed(json, type, String.valueOf(e.getMessage()));
        }
    }

    private FeedStep flawed(JsonObject json, String type, String reason) {
        if (flaw == null) {
            flaw = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
        }
        if (type.equals("hello")) {
            return new Disconnect("malformed hello: " + reason);
        }
        if (type.equals("complete")) {
            try {
                return refuse(json.number("revision"));
            } catch (JsonFormatException e) {
                return new Disconnect("malformed complete: " + e.getMessage());
            }
        }
        return new Wait();
    }

    private FeedStep take(FeedMessage message) {
        return switch (message) {
            case Hello hello -> greet(hello);
            case Upsert _, Delete _, Complete _ when !greeted || candidate != null ->
                    new Disconnect(
                            "change out of turn (expected: hello first, one batch at a time)");
            case Upsert(FeedResource resource) -> {
                batch.put(resource.key(), resource);
                yield new Wait();
            }
            case Delete(ResourceKey key) -> {
                batch.remove(key);
                yield new Wait();
            }
            case Complete complete -> complete(complete);
            case Ack _, Nack _, Subscribe _ ->
                    new Disconnect("a sidecar's message came from the control plane");
        };
    }

    private FeedStep greet(Hello hello) {
        if (!hello.versions().contains(FeedMessage.VERSION)) {
            return new Disconnect(
                    "feed versions "
                            + hello.versions()
                            + " (expected: "
                            + FeedMessage.VERSION
                            + "); upgrade the older end");
        }
        Resume from = hello.resume();
        Good last = good;
        if (from == null) {
            base = EMPTY;
        } else if (last != null
                && from.equals(new Resume(last.config.revision(), last.config.hash()))) {
            base = last.resources;
        } else {
            return new Disconnect("resume from a state that this sidecar does not have");
        }
        batch = new TreeMap<>(base);
        greeted = true;
        return new Wait();
    }

    private FeedStep complete(Complete complete) {
        if (flaw != null) {
            return refuse(complete.revision());
        }
        try {
            SortedMap<ResourceKey, FeedResource> resources =
                    Collections.unmodifiableSortedMap(batch);
            FeedConfig config = FeedConfig.of(complete.revision(), complete.hash(), resources);
            candidate = new Good(config, resources);
            Good last = good;
            if (last != null && last.config.hash().equals(complete.hash())) {
                return new Answer(accept());
            }
            return new Apply(config);
        } catch (FeedConfig.IncompleteFeed e) {
            flaw = e.getMessage();
            return refuse(complete.revision());
        }
    }

    private Answer refuse(long revision) {
        Answer answer = new Answer(new Nack(revision, flaw == null ? "refused" : flaw));
        candidate = null;
        flaw = null;
        batch = new TreeMap<>(base);
        return answer;
    }

    /**
     * The configuration of the last {@link Apply} is in use.
     *
     * @return the answer for the control plane
     */
    public FeedMessage accept() {
        Good applied = proposed();
        good = applied;
        base = applied.resources;
        batch = new TreeMap<>(base);
        candidate = null;
        return new Ack(applied.config.revision());
    }

    /**
     * The configuration of the last {@link Apply} cannot be used.
     *
     * @param reason for people
     * @return the answer for the control plane
     */
    public FeedMessage reject(String reason) {
        flaw = reason;
        return refuse(proposed().config.revision()).message();
    }

    private Good proposed() {
        Good proposed = candidate;
        if (proposed == null) {
            throw new IllegalStateException("no configuration to accept or reject");
        }
        return proposed;
    }
}
