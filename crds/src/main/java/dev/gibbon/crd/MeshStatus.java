package dev.gibbon.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a MeshService or a MeshRoute.
 *
 * @param observedGeneration the generation of the object that the status is about; null before the
 *     first look at it
 * @param conditions one of each {@link ConditionType}; empty before the first look
 * @param sidecars {@code n/m}: of m sidecars that need the object, n have its latest generation;
 *     null when that is not known
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MeshStatus(
        @JsonPropertyDescription("The metadata.generation that this status is about.")
                @Nullable Long observedGeneration,
        @JsonPropertyDescription(
                        "What is known of the object: Accepted, ResolvedRefs and Programmed.")
                List<Condition> conditions,
        @JsonPropertyDescription(
                        "n/m: of the m sidecars that need the object, n have its latest"
                                + " generation.")
                @Nullable String sidecars) {
    static final String ACCEPTED_COLUMN = ".status.conditions[?(@.type==\"Accepted\")].status";
    static final String RESOLVED_REFS_COLUMN =
            ".status.conditions[?(@.type==\"ResolvedRefs\")].status";
    static final String PROGRAMMED_COLUMN = ".status.conditions[?(@.type==\"Programmed\")].status";

    public MeshStatus {
        conditions = Lists.orEmpty(conditions);
    }
}
