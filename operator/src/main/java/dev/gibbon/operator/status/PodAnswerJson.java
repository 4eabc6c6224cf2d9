package dev.gibbon.operator.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.gibbon.core.why.JsonExplanation;
import dev.gibbon.operator.discovery.PodFact;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A {@link PodAnswer} for programs; its key {@code text} is for people. */
final class PodAnswerJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PodAnswerJson() {}

    static String render(PodAnswer answer) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        PodFact fact = answer.question().pod();
        ObjectNode pod = document.putObject("pod");
        pod.put("name", fact.meshName());
        pod.put("meshed", fact.meshed());
        pod.put("member", fact.isMember());
        pod.put("identity", answer.identity());
        pod.put("mode", PodAnswerText.word(answer.mode()));
        pod.put("zone", answer.zone());
        ObjectNode destination = document.putObject("destination");
        destination.put("dialled", answer.question().to().address().toString());
        destination.put("service", answer.destination());
        destination.put("http", answer.http());
        ArrayNode endpoints = destination.putArray("endpoints");
        for (PodAnswer.Reached one : answer.endpoints()) {
            ObjectNode row = endpoints.addObject();
            row.put("address", one.address());
            row.put("pod", one.pod());
            row.put("identity", one.identity());
            row.put("plain_because", one.plainBecause());
            row.put("zone", one.zone());
            row.put("draining", one.draining());
            row.put("mode", one.mode() == null ? null : PodAnswerText.word(one.mode()));
        }
        if (answer.explanation() == null) {
            document.putNull("explanation");
        } else {
            document.putRawValue(
                    "explanation", new RawValue(JsonExplanation.render(answer.explanation())));
        }
        document.put("text", PodAnswerText.render(answer));
        try {
            return JSON.writeValueAsString(document);
        } catch (IOException e) {
            throw new UncheckedIOException("text is written without input and output", e);
        }
    }
}
