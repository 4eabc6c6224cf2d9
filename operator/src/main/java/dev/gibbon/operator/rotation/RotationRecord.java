package dev.gibbon.operator.rotation;

import dev.gibbon.controlplane.authority.RootChange.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a change of roots, beside the keys, as the document {@link #DOCUMENT}.
 *
 * @param request the request that was dealt with last; empty text before the first
 * @param stage how far the change had come
 * @param since when it was first seen to have come that far
 */
public record RotationRecord(String request, Stage stage, Instant since) {
    /** Its entry in the authority's Secret. */
    static final String DOCUMENT = "rotation";

    /** Before anything was remembered. */
    static final RotationRecord NONE = new RotationRecord("", Stage.NONE, Instant.EPOCH);

    /** Three lines; the request in hexadecimal, for it is a stranger's text. */
    byte[] encode() {
        String text =
                stage
                        + "\n"
                        + since
                        + "\n"
                        + HexFormat.of().formatHex(request.getBytes(StandardCharsets.UTF_8))
                        + "\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static RotationRecord decode(byte[] document) throws IOException {
        String[] lines = new String(document, StandardCharsets.US_ASCII).split("\n", -1);
        try {
            if (lines.length == 4) {
                return new RotationRecord(
                        new String(HexFormat.of().parseHex(lines[2]), StandardCharsets.UTF_8),
                        Stage.valueOf(lines[0]),
                        Instant.parse(lines[1]));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw unreadable(e);
        }
        throw unreadable(null);
    }

    private static IOException unreadable(@Nullable Exception cause) {
        return new IOException(
                DOCUMENT
                        + ": unreadable (expected: step, time and request, a line each); remove the"
                        + " entry from the Secret, and waits begin anew",
                cause);
    }
}
