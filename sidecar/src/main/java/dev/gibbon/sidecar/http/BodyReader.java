package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes a body from a buffer piece by piece, without its framing. */
final class BodyReader {
    /** 15 hexadecimal digits fit a {@code long}. */
    private static final int MAX_SIZE_DIGITS = 15;

    private static final int MAX_LOOSE_SIZE_LINE = 1024;

    private enum At {
        SIZE,
        DATA,
        DATA_END,
        TRAILERS,
        END
    }

    private final Framing framing;
    private final boolean loose;
    private final LineReader lines = new LineReader();
    private final FieldReader trailers;
    private At at;
    private long left;

    /**
     * @param maxTrailers bytes
     * @param loose whether chunk extensions and blanks behind a chunk size are skipped (answers of
     *     old servers pad) instead of refused
     */
    BodyReader(Framing framing, int maxTrailers, boolean loose) {
        this.framing = framing;
        this.loose = loose;
        this.trailers = new FieldReader(lines, maxTrailers);
        switch (framing) {
            case Framing.None _ -> at = At.END;
            case Framing.Length(long bytes) -> {
                at = At.DATA;
                left = bytes;
            }
            case Framing.Chunked _ -> at = At.SIZE;
            case Framing.UntilClose _ -> {
                at = At.DATA;
                left = Long.MAX_VALUE;
            }
        }
    }

    /**
     * Takes the next piece.
     *
     * @return bytes of the body, which the caller releases; null when more are needed or the body
     *     is complete
     */
    @Nullable ByteBuf read(ByteBuf in) throws HttpFault {
        while (true) {
            switch (at) {
                case SIZE -> {
                    String line =
                            lines.read(
                                    in,
                                    loose ? MAX_LOOSE_SIZE_LINE : MAX_SIZE_DIGITS,
                                    CloseReason.BAD_REQUEST);
                    if (line == null) {
                        return null;
                    }
                    left = size(line);
                    at = left == 0 ? At.TRAILERS : At.DATA;
                }
                case DATA -> {
                    if (!in.isReadable()) {
                        return null;
                    }
                    int length = (int) Math.min(left, in.readableBytes());
                    if (!(framing instanceof Framing.UntilClose)) {
                        left -= length;
                    }
                    if (left == 0) {
                        at = framing instanceof Framing.Chunked ? At.DATA_END : At.END;
                    }
                    return in.readRetainedSlice(length);
                }
                case DATA_END -> {
                    String line = lines.read(in, 0, CloseReason.BAD_REQUEST);
                    if (line == null) {
                        return null;
                    }
                    at = At.SIZE;
                }
                case TRAILERS -> {
                    if (!trailers.read(in)) {
                        return null;
                    }
                    at = At.END;
                }
                case END -> {
                    return null;
                }
            }
        }
    }

    private long size(String line) throws HttpFault {
        int end = 0;
        while (end < line.length() && Character.digit(line.charAt(end), 16) >= 0) {
            end++;
        }
        int rest = end;
        while (loose
                && rest < line.length()
                && (line.charAt(rest) == ' ' || line.charAt(rest) == '\t')) {
            rest++;
        }
        boolean ends = rest == line.length() || (loose && line.charAt(rest) == ';');
        if (end == 0 || end > MAX_SIZE_DIGITS || !ends) {
            throw HttpFault.bad("a chunk does not start with its size in hexadecimal");
        }
        return Long.parseLong(line, 0, end, 16);
    }

    /** Whether the body is complete. One that lasts until the connection ends never is. */
    boolean done() {
        return at == At.END;
    }

    /** Complete once {@link #done}. */
    Fields trailers() {
        return trailers.fields();
    }
}
