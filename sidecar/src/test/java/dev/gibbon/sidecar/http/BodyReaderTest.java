package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {

    /** Feeds the text in random pieces; the body, then what is left behind it. */
    private static String read(BodyReader reader, String text, Random random) throws HttpFault {
        ByteBuf in = Unpooled.buffer();
        try {
            StringBuilder body = new StringBuilder();
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            int at = 0;
            while (!reader.done()) {
                ByteBuf piece = reader.read(in);
                if (piece != null) {
                    body.append(piece.toString(StandardCharsets.ISO_8859_1));
                    piece.release();
                } else if (!reader.done()) {
                    if (at == bytes.length) {
                        return body + "|incomplete";
                    }
                    int length = Math.min(1 + random.nextInt(20), bytes.length - at);
                    in.writeBytes(bytes, at, length);
                    at += length;
                }
            }
            return body + "|" + (in.readableBytes() + bytes.length - at);
        } finally {
            in.release();
        }
    }

    @Test
    void aBodyIsReadAsItWasChunkedAndNothingBehindIt() throws HttpFault {
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder body = new StringBuilder();
            StringBuilder chunked = new StringBuilder();
            int chunks = random.nextInt(5);
            for (int c = 0; c < chunks; c++) {
                String piece = "\r\n0x;z".repeat(1 + random.nextInt(10));
                body.append(piece);
                String size = Integer.toHexString(piece.length());
                chunked.append("0".repeat(random.nextInt(3)))
                        .append(
                                random.nextBoolean()
                                        ? size
                                        : size.toUpperCase(java.util.Locale.ROOT))
                        .append("\r\n")
                        .append(piece)
                        .append("\r\n");
            }
            chunked.append("0\r\n");
            int trailers = random.nextInt(3);
            chunked.append("T: x\r\n".repeat(trailers)).append("\r\nGET ");
            var reader = new BodyReader(new Framing.Chunked(), 1000, false);

            String read = read(reader, chunked.toString(), random);

            assertThat(read).isEqualTo(body + "|4");
            assertThat(reader.trailers().count("t")).isEqualTo(trailers);
        }
    }

    @Test
    void aLengthIsCountedAndNothingIsTakenBehindIt() throws HttpFault {
        var reader = new BodyReader(new Framing.Length(5), 1000, false);

        assertThat(read(reader, "helloGET", new Random(2))).isEqualTo("hello|3");
    }

    @Test
    void aBodyThatEndsWithTheConnectionIsNeverComplete() throws HttpFault {
        var reader = new BodyReader(new Framing.UntilClose(), 1000, true);

        assertThat(read(reader, "hello", new Random(3))).isEqualTo("hello|incomplete");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5 \r\nhello\r\n0\r\n\r\n", "5;a=\"b\"\r\nhello\r\n0 \r\n\r\n"})
    void paddingAndExtensionsAreSkippedInAnswersAndRefusedInRequests(String text) throws HttpFault {
        var answer = new BodyReader(new Framing.Chunked(), 1000, true);

        assertThat(read(answer, text, new Random(4))).isEqualTo("hello|0");
        assertThatThrownBy(() ->
                        read(
                                new BodyReader(new Framing.Chunked(), 1000, false),
                                text,
                                new Random(4)))
                .isInstanceOf(HttpFault.class);
    }

    @Test
    void trailersHaveALimit() {
        var reader = new BodyReader(new Framing.Chunked(), 100, false);

        assertThatThrownBy(() ->
                        read(reader, "0\r\nX: " + "a".repeat(200) + "\r\n\r\n", new Random(5)))
                .isInstanceOf(HttpFault.class);
    }
}
