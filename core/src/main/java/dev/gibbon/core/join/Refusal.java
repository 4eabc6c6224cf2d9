package dev.gibbon.core.join;

import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import dev.gibbon.core.json.JsonText;

/**
 * Why there is no certificate.
 *
 * @param reason a constant word, e.g. {@code expired}
 * @param message for people: what was got, what was expected, what to do
 */
public record Refusal(String reason, String message) {

    /** The refusal in JSON. */
    public byte[] encode() {
        return JsonText.of(json -> {
            json.writeStringField("reason", reason);
            json.writeStringField("message", message);
        });
    }

    /**
     * Reads a refusal.
     *
     * @throws JsonFormatException when it is malformed
     */
    public static Refusal decode(byte[] body) throws JsonFormatException {
        JsonObject json = JsonObject.parse(body);
        return new Refusal(json.string("reason"), json.string("message"));
    }
}
