package dev.gibbon.controlplane.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
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

    /** The object that the bytes are; empty when they are anything else. */
    @SuppressWarnings("unchecked") // Jackson makes maps with text keys of objects
    static Optional<Map<String, @Nullable Object>> readObject(byte[] body) {
        try {
            Object value = MAPPER.readValue(body, Object.class);
            return value instanceof Map<?, ?> map
                    ? Optional.of((Map<String, @Nullable Object>) map)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
