package dev.gibbon.controlplane.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.core.json.JsonFormatException;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON of requests and answers. */
final class Json {
    private static final int MAX_DEPTH = 32;

    /** A name given twice is refused: two readers could take different values for it. */
    private static final ObjectMapper MAPPER =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    static byte[] write(Object document) {
        try {
            return MAPPER.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new AssertionError("documents are maps, lists, texts and numbers", e);
        }
    }

    /**
     * The object that the bytes are.
     *
     * @throws JsonFormatException when they are anything else; the message says where, and repeats
     *     nothing of them
     */
    @SuppressWarnings("unchecked") // Jackson makes maps with text keys of objects
    static Map<String, @Nullable Object> readObject(byte[] body) throws JsonFormatException {
        Object value;
        try {
            value = MAPPER.readValue(body, Object.class);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new JsonFormatException(
                    at == null
                            ? "not JSON"
                            : "near line " + at.getLineNr() + ", column " + at.getColumnNr());
        } catch (IOException e) {
            throw new JsonFormatException("not JSON");
        }
        if (value instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw new JsonFormatException("expected: an object");
    }
}
