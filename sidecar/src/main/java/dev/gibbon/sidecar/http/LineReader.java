package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes lines that end in CRLF from a buffer. A bare LF, a bare CR and control characters but TAB
 * are refused (RFC 9112 section 2.2 lets recipients differ about them). Remembers how far it has
 * looked, so that a peer that sends byte by byte costs no more than one that does not.
 */
final class LineReader {
    private int scanned;

    /**
     * Takes the next line.
     *
     * @param limit bytes without the CRLF
     * @param tooLong the reason and status when it is longer
     * @return the line without CRLF, or null when it is not complete yet
     */
    @Nullable String read(ByteBuf in, int limit, CloseReason tooLong) throws HttpFault {
        int start = in.readerIndex();
        int lf = in.indexOf(start + scanned, in.writerIndex(), (byte) '\n');
        if (lf < 0) {
            scanned = in.readableBytes();
            if (scanned > (long) limit + 1) {
                throw tooLong(tooLong, limit);
            }
            return null;
        }
        int length = lf - start - 1;
        if (length > limit) {
            throw tooLong(tooLong, limit);
        }
        if (length < 0 || in.getByte(lf - 1) != '\r') {
            throw HttpFault.bad("a line ends in a bare LF (expected: CRLF)");
        }
        String line = in.toString(start, length, StandardCharsets.ISO_8859_1);
        for (int i = 0; i < length; i++) {
            char c = line.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw HttpFault.bad("a line holds the control character " + (int) c);
            }
        }
        in.readerIndex(lf + 1);
        scanned = 0;
        return line;
    }

    private static HttpFault tooLong(CloseReason reason, int limit) {
        return new HttpFault(reason, reason.status(), "a line is longer than " + limit + " bytes");
    }
}
