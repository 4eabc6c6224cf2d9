package dev.gibbon.operator.webhook;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The {@code request} of an {@code AdmissionReview} (admission.k8s.io/v1), as far as injection
 * looks at it.
 *
 * @param uid to be repeated in the answer
 * @param object the raw pod
 */
record AdmissionRequest(
        String uid,
        String kind,
        String subResource,
        String operation,
        String namespace,
        boolean dryRun,
        JsonNode object) {

    /**
     * Reads a review.
     *
     * @throws IllegalArgumentException when it is none, or of another version; the message says so
     */
    static AdmissionRequest read(JsonNode review) {
        String version = review.path("apiVersion").asText("");
        if (!review.path("kind").asText("").equals("AdmissionReview")
                || !version.equals(AdmissionAnswer.VERSION)) {
            throw new IllegalArgumentException(
                    "the body is no AdmissionReview of " + AdmissionAnswer.VERSION);
        }
        JsonNode request = review.path("request");
        String uid = request.path("uid").asText("");
        if (uid.isEmpty()) {
            throw new IllegalArgumentException("request.uid: missing (expected: a text)");
        }
        JsonNode kind = request.path("kind");
        return new AdmissionRequest(
                uid,
                String.join(
                        "/",
                        kind.path("group").asText(""),
                        kind.path("version").asText(""),
                        kind.path("kind").asText("")),
                request.path("subResource").asText(""),
                request.path("operation").asText(""),
                request.path("namespace").asText(""),
                request.path("dryRun").asBoolean(),
                request.path("object"));
    }

    /** Whether it is about a pod of core/v1, and not about a part of one. */
    boolean isPod() {
        return kind.equals("/v1/Pod") && subResource.isEmpty();
    }

    PodName pod() {
        JsonNode metadata = object.path("metadata");
        String name = metadata.path("name").asText("");
        JsonNode owner = metadata.path("ownerReferences").path(0);
        return new PodName(
                namespace,
                name.isEmpty() ? metadata.path("generateName").asText("") : name,
                owner.isObject()
                        ? owner.path("kind").asText("") + "/" + owner.path("name").asText("")
                        : "");
    }
}
