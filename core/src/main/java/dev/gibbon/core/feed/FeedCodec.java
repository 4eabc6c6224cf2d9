package dev.gibbon.core.feed;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gibbon.core.feed.FeedMessage.Ack;
import dev.gibbon.core.feed.FeedMessage.Complete;
import dev.gibbon.core.feed.FeedMessage.Delete;
import dev.gibbon.core.feed.FeedMessage.Hello;
import dev.gibbon.core.feed.FeedMessage.Nack;
import dev.gibbon.core.feed.FeedMessage.Resume;
import dev.gibbon.core.feed.FeedMessage.Subscribe;
import dev.gibbon.core.feed.FeedMessage.Upsert;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import dev.gibbon.core.json.JsonText;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Messages as lines of JSON, e.g. {@code {"type":"ack","revision":7}}. A reader ignores types and
 * fields that it does not know, but for those that the message lists under {@code must} as paths,
 * e.g. {@code ["resource.tls_verify"]}: an old reader must not weaken a new policy.
 */
public final class FeedCodec {
    /** The longest line, in bytes, without its line feed. */
    public static final int MAX_LINE = JsonObject.MAX_TEXT;

    private static final int MAX_VERSION = 1_000_000;

    private FeedCodec() {}

    /**
     * The line of a message, without a line feed.
     *
     * @throws IllegalArgumentException when it is longer than {@link #MAX_LINE}
     */
    public static byte[] encode(FeedMessage message) {
        byte[] line = JsonText.of(json -> write(json, message));
        if (line.length > MAX_LINE) {
            throw new IllegalArgumentException(
                    "message: " + line.length + " bytes (expected: at most " + MAX_LINE + ")");
        }
        return line;
    }

    /**
     * Why a reader would not take this resource as it is, e.g. for a text beyond its limits; empty
     * when it would. Asked before a resource is published, as one bad line ends a feed.
     */
    public static Optional<String> unfit(FeedResource resource) {
        Upsert upsert = new Upsert(resource);
        try {
            Decoded read = decode(encode(upsert));
            return read.equals(new Decoded.Known(upsert))
                    ? Optional.empty()
                    : Optional.of("read back as another");
        } catch (JsonFormatException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static void write(JsonGenerator json, FeedMessage message) throws IOException {
        switch (message) {
            case Hello hello -> writeHello(json, hello);
            case Upsert(FeedResource resource) -> {
                json.writeStringField("type", "upsert");
                List<String> must = ResourceCodec.must(resource);
                if (!must.isEmpty()) {
                    strings(json, "must", must);
                }
                json.writeStringField("kind", resource.key().kind());
                json.writeObjectFieldStart("resource");
                ResourceCodec.write(json, resource);
                json.writeEndObject();
            }
            case Delete(ResourceKey(String kind, String id)) -> {
                json.writeStringField("type", "delete");
                json.writeStringField("kind", kind);
                json.writeStringField("id", id);
            }
            case Complete(long revision, String hash) -> {
                json.writeStringField("type", "complete");
                json.writeNumberField("revision", revision);
                json.writeStringField("hash", hash);
            }
            case Ack(long revision) -> {
                json.writeStringField("type", "ack");
                json.writeNumberField("revision", revision);
            }
            case Nack(long revision, String reason) -> {
                json.writeStringField("type", "nack");
                json.writeNumberField("revision", revision);
                json.writeStringField("reason", reason);
            }
            case Subscribe(String kind, List<String> ids) -> {
                json.writeStringField("type", "subscribe");
                json.writeStringField("kind", kind);
                strings(json, "ids", ids);
            }
        }
    }

    private static void writeHello(JsonGenerator json, Hello hello) throws IOException {
        json.writeStringField("type", "hello");
        json.writeArrayFieldStart("versions");
        for (int version : hello.versions()) {
            json.writeNumber(version);
        }
        json.writeEndArray();
        strings(json, "kinds", new TreeSet<>(hello.kinds()));
        Resume resume = hello.resume();
        if (resume != null) {
            json.writeObjectFieldStart("resume");
            json.writeNumberField("revision", resume.revision());
            json.writeStringField("hash", resume.hash());
            json.writeEndObject();
        }
        json.writeStringField("name", hello.name());
    }

    static void strings(JsonGenerator json, String name, Collection<String> texts)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    /**
     * Reads a line.
     *
     * @param line without its line feed
     * @throws JsonFormatException when it is not JSON, or a message that is known but malformed
     */
    public static Decoded decode(byte[] line) throws JsonFormatException {
        return decode(JsonObject.parse(line));
    }

    static Decoded decode(JsonObject json) throws JsonFormatException {
        String type = json.string("type");
        List<String> must = json.optionalStrings("must");
        Decoded decoded =
                switch (type) {
                    case "hello" -> new Decoded.Known(readHello(json));
                    case "upsert" -> readUpsert(json);
                    case "delete" ->
                            new Decoded.Known(
                                    new Delete(
                                            new ResourceKey(
                                                    json.string("kind"), json.string("id"))));
                    case "complete" ->
                            new Decoded.Known(
                                    new Complete(json.number("revision"), json.string("hash")));
                    case "ack" -> new Decoded.Known(new Ack(json.number("revision")));
                    case "nack" ->
                            new Decoded.Known(
                                    new Nack(json.number("revision"), json.string("reason")));
                    case "subscribe" ->
                            new Decoded.Known(
                                    new Subscribe(json.string("kind"), json.strings("ids")));
                    default -> new Decoded.Ignored("type " + type);
                };
        if (must == null) {
            return decoded;
        }
        // What was ignored was not understood, though its type and kind were looked at.
        Set<String> understood = decoded instanceof Decoded.Ignored ? Set.of() : json.understood();
        List<String> foreign = must.stream().filter(name -> !understood.contains(name)).toList();
        return foreign.isEmpty() ? decoded : new Decoded.Unsupported(foreign);
    }

    private static Hello readHello(JsonObject json) throws JsonFormatException {
        JsonObject resume = json.optionalObject("resume");
        return new Hello(
                json.integers("versions", 1, MAX_VERSION),
                Set.copyOf(json.strings("kinds")),
                resume == null
                        ? null
                        : new Resume(resume.number("revision"), resume.string("hash")),
                json.string("name"));
    }

    private static Decoded readUpsert(JsonObject json) throws JsonFormatException {
        String kind = json.string("kind");
        if (!FeedResource.KINDS.contains(kind)) {
            return new Decoded.Ignored("kind " + kind);
        }
        return new Decoded.Known(new Upsert(ResourceCodec.read(kind, json.object("resource"))));
    }
}
