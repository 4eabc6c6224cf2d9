package dev.gibbon.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/**
 * A port of a Kubernetes Service of the same namespace. Nothing is checked here; a field that was
 * not written is empty or 0.
 *
 * @param port 1-65535
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceReference(
        @JsonPropertyDescription("The name of a Kubernetes Service of the same namespace.")
                @Required
                String name,
        @JsonPropertyDescription("A port of that Service, 1-65535; not its target port.") @Required
                int port) {
    @SuppressWarnings("NullAway") // what reads documents knows nothing of null marks
    public ServiceReference {
        name = name == null ? "" : name;
    }
}
