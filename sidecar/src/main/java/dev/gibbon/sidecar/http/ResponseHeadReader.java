package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads one answer's head. Faults carry the client's reasons; the caller says they are answers. */
final class ResponseHeadReader {
    private static final int MAX_STATUS_LINE = 8 * 1024;

    private final int maxHeaders;
    private LineReader lines = new LineReader();
    private @Nullable String statusLine;
    private @Nullable FieldReader fields;

    ResponseHeadReader(int maxHeaders) {
        this.maxHeaders = maxHeaders;
    }

    /**
     * Takes what belongs to the head from the buffer.
     *
     * @param method of the request that is answered
     * @return null when more bytes are needed
     */
    @Nullable ResponseHead read(ByteBuf in, String method) throws HttpFault {
        if (statusLine == null) {
            String line = lines.read(in, MAX_STATUS_LINE, CloseReason.BAD_RESPONSE);
            if (line == null) {
                return null;
            }
            statusLine = line;
            fields = new FieldReader(lines, maxHeaders);
        }
        FieldReader reader = fields;
        if (reader == null || !reader.read(in)) {
            return null;
        }
        ResponseHead head = head(statusLine, reader.fields(), method);
        lines = new LineReader();
        statusLine = null;
        fields = null;
        return head;
    }

    private static ResponseHead head(String line, Fields fields, String method) throws HttpFault {
        boolean http10 = line.startsWith("HTTP/1.0 ");
        if ((!http10 && !line.startsWith("HTTP/1.1 "))
                || line.length() < 12
                || !Tokens.isDigits(line.substring(9, 12))
                || (line.length() > 12 && line.charAt(12) != ' ')) {
            throw HttpFault.bad("the status line is not: HTTP/1.1 SP status SP reason");
        }
        int status = Integer.parseInt(line.substring(9, 12));
        if (status < 100 || status > 599) {
            throw HttpFault.bad("status " + status + " (expected: 100-599)");
        }
        boolean bodiless = method.equals("HEAD") || status < 200 || status == 204 || status == 304;
        // Checked even where there is no body: an answer with two lengths is not to be trusted.
        Framing said = Framing.of(fields, http10, new Framing.UntilClose());
        var options = fields.tokens("connection");
        boolean keepAlive =
                !options.contains("close") && (!http10 || options.contains("keep-alive"));
        return new ResponseHead(
                status,
                line.length() > 13 ? line.substring(13) : "",
                keepAlive,
                fields,
                bodiless ? new Framing.None() : said);
    }
}
