package dev.gibbon.sidecar.http;

import java.util.List;

/** How long a message's body is (RFC 9112 section 6.3). */
sealed interface Framing {

    /** There is no body. */
    record None() implements Framing {}

    /**
     * @param bytes at least 1
     */
    record Length(long bytes) implements Framing {}

    /** Chunks, then trailers. */
    record Chunked() implements Framing {}

    /** All bytes until the connection ends; answers only. */
    record UntilClose() implements Framing {}

    /** More digits than that do not fit a {@code long}. */
    int MAX_LENGTH_DIGITS = 18;

    /**
     * What the fields say.
     *
     * @param absent what it is when they say nothing
     * @param http10 whether the sender speaks HTTP/1.0, which has no transfer codings
     */
    static Framing of(Fields fields, boolean http10, Framing absent) throws HttpFault {
        int lengths = fields.count("content-length");
        int codings = fields.count("transfer-encoding");
        if (codings > 0) {
            if (lengths > 0) {
                throw HttpFault.bad("both content-length and transfer-encoding");
            }
            if (http10) {
                throw HttpFault.bad("transfer-encoding in HTTP/1.0");
            }
            if (codings > 1 || !fields.tokens("transfer-encoding").equals(List.of("chunked"))) {
                throw HttpFault.bad("transfer-encoding is not exactly: chunked");
            }
            String coding = String.valueOf(fields.first("transfer-encoding"));
            if (coding.length() != "chunked".length()) {
                throw HttpFault.bad("transfer-encoding is not exactly: chunked");
            }
            return new Chunked();
        }
        if (lengths == 0) {
            return absent;
        }
        String text = String.valueOf(fields.first("content-length"));
        if (lengths > 1 || !Tokens.isDigits(text) || text.length() > MAX_LENGTH_DIGITS) {
            throw HttpFault.bad("content-length is not exactly one decimal number");
        }
        long length = Long.parseLong(text);
        return length == 0 ? new None() : new Length(length);
    }
}
