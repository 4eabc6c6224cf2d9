package dev.gibbon.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/**
 * A MeshService of the same namespace. Nothing is checked here; a name that was not written is
 * empty.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MeshServiceReference(
        @JsonPropertyDescription("The name of a MeshService of the same namespace.") @Required
                String name) {
    @SuppressWarnings("NullAway") // what reads documents knows nothing of null marks
    public MeshServiceReference {
        name = name == null ? "" : name;
    }
}
