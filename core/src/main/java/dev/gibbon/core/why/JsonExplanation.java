package dev.gibbon.core.why;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;
import dev.gibbon.core.rule.RuleOrigin;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An {@link Explanation} as one JSON object, for programs. Names are in snake case. */
public final class JsonExplanation {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonExplanation() {}

    /** Renders one explanation, on one line. */
    public static String render(Explanation explanation) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            write(json, explanation.question());
            write(json, explanation.outcome());
            Explanation.Match winner = explanation.winner();
            if (winner == null) {
                json.writeNullField("rule");
            } else {
                json.writeObjectFieldStart("rule");
                write(json, winner);
            }
            field(json, "because", explanation.because());
            json.writeArrayFieldStart("runners_up");
            for (Explanation.Match next : explanation.runnersUp()) {
                json.writeStartObject();
                write(json, next);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("near_misses");
            for (Explanation.NearMiss miss : explanation.nearMisses()) {
                json.writeStartObject();
                write(json, miss.origin());
                json.writeStringField("missing", miss.missing());
                json.writeEndObject();
            }
            json.writeEndArray();
            write(json, explanation.leg());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Question question) throws IOException {
        json.writeStringField("from", question.arrival().client().toString());
        json.writeStringField("to", question.arrival().destination().toString());
        FirstBytes bytes = question.bytes();
        json.writeStringField(
                "bytes",
                switch (bytes) {
                    case FirstBytes.Unknown _ -> "unknown";
                    case FirstBytes.Plain _ -> "plain";
                    case FirstBytes.Tls _ -> "tls";
                });
        field(json, "sni", bytes instanceof FirstBytes.Tls tls ? tls.sni() : null);
        HttpKey request = question.request();
        field(json, "request", request == null ? null : QuestionText.of(request));
    }

    private static void write(JsonGenerator json, Explanation.Outcome outcome) throws IOException {
        json.writeStringField("action", outcome.action().name().toLowerCase(Locale.ROOT));
        CloseReason reason = outcome.reason();
        field(json, "reason", reason == null ? null : reason.label());
        json.writeStringField("outcome", outcome.sentence());
    }

    private static void write(JsonGenerator json, Explanation.Match match) throws IOException {
        write(json, match.origin());
        json.writeStringField("asks", match.asks());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, RuleOrigin origin) throws IOException {
        json.writeStringField("kind", origin.kind());
        json.writeStringField("id", origin.id().toString());
        field(json, "name", origin.name());
    }

    private static void write(JsonGenerator json, Explanation.@Nullable Leg leg)
            throws IOException {
        if (leg == null) {
            json.writeNullField("upstream");
            return;
        }
        json.writeObjectFieldStart("upstream");
        field(json, "service", leg.service());
        json.writeStringField("target", leg.target());
        field(json, "configured", leg.configured());
        field(json, "address", leg.address());
        field(json, "from", leg.from());
        field(json, "path", leg.path());
        json.writeStringField("protection", leg.protection().name().toLowerCase(Locale.ROOT));
        json.writeStringField("protects", leg.protection().sentence());
        field(json, "identity", leg.identity());
        field(json, "refused", leg.detail());
        json.writeEndObject();
    }

    private static void field(JsonGenerator json, String name, @Nullable String value)
            throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else {
            json.writeStringField(name, value);
        }
    }
}
