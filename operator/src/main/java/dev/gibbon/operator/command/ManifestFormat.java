package dev.gibbon.operator.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.util.Locale;
import java.util.regex.Pattern;

/** How manifests are printed; both forms can be given to {@code kubectl apply -f -}. */
enum ManifestFormat {
    YAML {
        @Override
        ObjectMapper mapper() {
            return new ObjectMapper(
                    YAMLFactory.builder()
                            .disable(YAMLGenerator.Feature.SPLIT_LINES)
                            .stringQuotingChecker(new SafeNames())
                            .build());
        }

        @Override
        String document(JsonNode document) throws JsonProcessingException {
            return mapper().writeValueAsString(document);
        }
    },
    JSON {
        @Override
        ObjectMapper mapper() {
            return new ObjectMapper();
        }

        @Override
        String document(JsonNode document) throws JsonProcessingException {
            return mapper().writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
        }
    };

    abstract ObjectMapper mapper();

    abstract String document(JsonNode document) throws JsonProcessingException;

    /** One document, ended by a newline; in YAML, begun by three dashes. */
    String print(JsonNode document) {
        try {
            return document(document);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can be written", e);
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Texts are between quotes, always; names when YAML might read something else. */
    private static final class SafeNames extends StringQuotingChecker {
        private static final long serialVersionUID = 1L;
        private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");
        private static final Pattern RESERVED =
                Pattern.compile("y|n|yes|no|on|off|true|false|null", Pattern.CASE_INSENSITIVE);

        @Override
        public boolean needToQuoteName(String name) {
            return !WORD.matcher(name).matches() || RESERVED.matcher(name).matches();
        }

        @Override
        public boolean needToQuoteValue(String value) {
            return true;
        }
    }
}
