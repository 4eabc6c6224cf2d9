package dev.gibbon.operator.webhook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Makes the {@code AdmissionReview} that answers one (admission.k8s.io/v1). */
final class AdmissionAnswer {
    static final String VERSION = "admission.k8s.io/v1";

    private AdmissionAnswer() {}

    /**
     * The pod may be created, with these changes.
     *
     * @param patch a JSON patch; may be empty
     * @param note for the audit log, e.g. {@code inject namespace-enabled}
     */
    static ObjectNode allowed(String uid, ArrayNode patch, List<String> warnings, String note) {
        ObjectNode review = review(uid, true);
        ObjectNode response = (ObjectNode) review.path("response");
        if (!patch.isEmpty()) {
            response.put("patchType", "JSONPatch");
            response.put(
                    "patch",
                    Base64.getEncoder()
                            .encodeToString(patch.toString().getBytes(StandardCharsets.UTF_8)));
        }
        warn(response, warnings);
        response.putObject("auditAnnotations").put("decision", note);
        return review;
    }

    /**
     * The pod must not be created.
     *
     * @param code an HTTP status that the client is shown
     */
    static ObjectNode refused(String uid, int code, String message, String note) {
        ObjectNode review = review(uid, false);
        ObjectNode response = (ObjectNode) review.path("response");
        response.putObject("status").put("code", code).put("message", message);
        response.putObject("auditAnnotations").put("decision", note);
        return review;
    }

    private static ObjectNode review(String uid, boolean allowed) {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("apiVersion", VERSION).put("kind", "AdmissionReview");
        review.putObject("response").put("uid", uid).put("allowed", allowed);
        return review;
    }

    private static void warn(ObjectNode response, List<String> warnings) {
        if (!warnings.isEmpty()) {
            ArrayNode list = response.putArray("warnings");
            warnings.forEach(warning -> list.add("gibbon: " + warning));
        }
    }
}
