package dev.gibbon.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a Secret of the same namespace. Nothing is checked here; a name that was not written
 * is empty.
 *
 * @param key null is {@value #DEFAULT_KEY}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SecretKeyReference(
        @JsonPropertyDescription("The name of a Secret of the same namespace.") @Required
                String name,
        @JsonPropertyDescription("The key in the Secret's data whose value is certificates in PEM.")
                @Default(DEFAULT_KEY)
                @Nullable String key) {
    /** Where Kubernetes and cert-manager put an authority. */
    public static final String DEFAULT_KEY = "ca.crt";

    @SuppressWarnings("NullAway") // what reads documents knows nothing of null marks
    public SecretKeyReference {
        name = name == null ? "" : name;
    }
}
