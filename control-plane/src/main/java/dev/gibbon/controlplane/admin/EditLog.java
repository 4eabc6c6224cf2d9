package dev.gibbon.controlplane.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line of JSON for each request that was to change something: who, what, and how it was
 * answered. Neither bodies nor query strings are in it. Any thread may call.
 */
public final class EditLog {
    /** Keeps nothing. */
    public static final EditLog NONE = new EditLog(InstantSource.system(), _ -> {});

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final int SUCCESS = 2;

    private final InstantSource clock;
    private final Consumer<String> lines;
    private final ObjectMapper mapper = new ObjectMapper();
    private final JsonFactory json =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /**
     * @param lines takes a line without a line feed, in ASCII; must not block
     */
    public EditLog(InstantSource clock, Consumer<String> lines) {
        this.clock = clock;
        this.lines = lines;
    }

    /**
     * Writes the line of a request, unless it only reads.
     *
     * @param client {@code ip:port}
     * @param path as sent, without the query string
     */
    void answered(String client, String method, String path, AdminResponse answer) {
        if (!READING.contains(method)) {
            lines.accept(line(client, method, path, answer));
        }
    }

    private String line(String client, String method, String path, AdminResponse answer) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = json.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
            out.writeStringField("protocol", "admin");
            out.writeStringField("client", client);
            out.writeStringField("method", method);
            out.writeStringField("path", path);
            out.writeNumberField("status", answer.status());
            String id = answer.status() / 100 == SUCCESS ? id(answer) : null;
            if (id != null) {
                out.writeStringField("id", id);
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a line in memory", e);
        }
        return text.toString();
    }

    /** The id of the entity that was answered; null for none. */
    private @Nullable String id(AdminResponse answer) throws IOException {
        String type = answer.contentType();
        return type != null && type.startsWith("application/json")
                ? mapper.readTree(answer.body()).path("id").asText(null)
                : null;
    }
}
