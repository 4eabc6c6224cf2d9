package dev.gibbon.core.json;

/**
 * A text is not JSON within the limits, or a field is not what it should be. The message says
 * where, what was got and what was expected, e.g. {@code resource.port: "x" (expected: an
 * integer)}. It holds no control characters.
 */
public final class JsonFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    public JsonFormatException(String message) {
        super(message);
    }
}
