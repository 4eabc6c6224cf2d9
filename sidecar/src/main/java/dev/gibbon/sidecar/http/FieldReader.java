package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import io.netty.buffer.ByteBuf;

/**
 * Reads field lines up to the empty line (RFC 9112 section 5). Folded lines and white space before
 * the colon are refused.
 */
final class FieldReader {
    /** More fields than any application sends; bounds the work per message. */
    static final int MAX_FIELDS = 256;

    private final LineReader lines;
    private final Fields fields = new Fields();
    private int left;

    /**
     * @param limit bytes of all lines together, line ends included
     */
    FieldReader(LineReader lines, int limit) {
        this.lines = lines;
        this.left = limit;
    }

    /** Whether the empty line has been read; otherwise more bytes are needed. */
    boolean read(ByteBuf in) throws HttpFault {
        while (true) {
            String line = lines.read(in, Math.max(left - 2, 0), CloseReason.HEADERS_TOO_LARGE);
            if (line == null) {
                return false;
            }
            if (line.isEmpty()) {
                return true;
            }
            left -= line.length() + 2;
            if (fields.size() == MAX_FIELDS) {
                throw new HttpFault(
                        CloseReason.HEADERS_TOO_LARGE,
                        CloseReason.HEADERS_TOO_LARGE.status(),
                        "more than " + MAX_FIELDS + " header fields");
            }
            add(line);
        }
    }

    private void add(String line) throws HttpFault {
        int colon = line.indexOf(':');
        if (colon <= 0 || !Tokens.isToken(line, 0, colon)) {
            throw HttpFault.bad("a header field's name is not a token followed by a colon");
        }
        int start = colon + 1;
        int end = line.length();
        while (start < end && isBlank(line.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(line.charAt(end - 1))) {
            end--;
        }
        fields.add(line.substring(0, colon), line.substring(start, end));
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    Fields fields() {
        return fields;
    }
}
