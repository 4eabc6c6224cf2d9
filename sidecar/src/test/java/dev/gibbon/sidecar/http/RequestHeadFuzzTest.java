package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadFuzzTest {
    private static final String[] LINES = {
        "GET / HTTP/1.1", "POST /a?b=c HTTP/1.1", "PUT /x HTTP/1.0", "get /%2e HTTP/1.1",
        "GET a HTTP/1.1", "GET /#f HTTP/1.1", "GET  / HTTP/1.1", "GET /\\ HTTP/1.1",
        "GET /?\\ HTTP/1.1", "GET / HTTP/1.2", "TRACE / HTTP/1.1", "CONNECT /a HTTP/1.1",
        "GET /", "G@T / HTTP/1.1", "OPTIONS * HTTP/1.1", "DELETE // HTTP/1.1"
    };
    private static final String[] FIELDS = {
        "Host: a",
        "Host: a",
        "Host:b:80",
        "host: [::1]:8",
        "Host: a b",
        "Host: ",
        "Host: a..b",
        "Host: a.",
        "Host: a:99999",
        "Content-Length: 5",
        "Content-Length: 0",
        "Content-Length: +5",
        "Content-Length: 5, 5",
        "content-length: 007",
        "Content_Length: 1",
        "Transfer-Encoding: chunked",
        "transfer-encoding: Chunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: ,chunked",
        "Transfer-Encoding : chunked",
        "X: a",
        "X:\t b \t",
        "X:",
        ": x",
        "X-\u00e4: x",
        "Y: \u00e4",
        " folded",
        "\tfolded",
        "no colon",
        "Accept: */*",
        "Connection: close",
        "Z: a\0b",
        "Z: \u007f",
        "Z: a\rb"
    };

    /** Mostly right, sometimes broken in one place. */
    private static byte[] head(Random random) {
        StringBuilder text = new StringBuilder();
        if (random.nextInt(20) == 0) {
            text.append("\r\n");
        }
        text.append(random.nextInt(3) > 0 ? LINES[random.nextInt(4)] : pick(random, LINES));
        text.append("\r\n");
        if (random.nextInt(4) > 0) {
            text.append(pick(random, "Host: a", "Host: B.c:80")).append("\r\n");
        }
        int fields = random.nextInt(4);
        for (int i = 0; i < fields; i++) {
            text.append(pick(random, FIELDS)).append("\r\n");
        }
        text.append("\r\n");
        if (random.nextInt(3) == 0) {
            int at = random.nextInt(text.length());
            String odd = pick(random, "\r", "\n", "\0", " ", "\t", ":", "\u00ff", "/", "", "\r\n");
            text.replace(at, Math.min(at + random.nextInt(2), text.length()), odd);
        }
        // One head and nothing behind it, so that both readers are asked the same.
        int end = text.indexOf("\r\n\r\n", text.indexOf("\r\n") == 0 ? 2 : 0);
        text.setLength(end < 0 ? text.length() : end + 4);
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** Read in random pieces; empty when refused or never complete. */
    private static Optional<ReferenceHead> read(byte[] bytes, Random random) {
        var reader = new RequestHeadReader(Protocol.HTTP, 8192, 65536);
        ByteBuf in = Unpooled.buffer();
        try {
            int at = 0;
            while (true) {
                RequestHead head = reader.read(in);
                if (head != null) {
                    if (in.isReadable() || at < bytes.length) {
                        return Optional.empty();
                    }
                    List<String> fields = new ArrayList<>();
                    head.fields().forEach((name, value) -> fields.add(name + ": " + value));
                    return Optional.of(
                            new ReferenceHead(
                                    head.method(),
                                    head.path() + head.query(),
                                    head.http10() ? "HTTP/1.0" : "HTTP/1.1",
                                    fields,
                                    framing(head.framing())));
                }
                if (at == bytes.length) {
                    return Optional.empty();
                }
                int length = Math.min(1 + random.nextInt(40), bytes.length - at);
                in.writeBytes(bytes, at, length);
                at += length;
            }
        } catch (HttpFault fault) {
            return Optional.empty();
        } finally {
            in.release();
        }
    }

    private static String framing(Framing framing) {
        return switch (framing) {
            case Framing.None _ -> "0";
            case Framing.Length(long bytes) -> Long.toString(bytes);
            case Framing.Chunked _ -> "chunked";
            case Framing.UntilClose _ -> "close";
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theReaderAgreesWithTheGrammar(long seed) {
        Random random = new Random(seed);
        int accepted = 0;
        int rounds = 50_000;
        for (int i = 0; i < rounds; i++) {
            byte[] bytes = head(random);

            Optional<ReferenceHead> expected = ReferenceHead.parse(bytes);
            Optional<ReferenceHead> read = read(bytes, random);

            assertThat(read).as(() -> "seed " + seed + ": " + escape(bytes)).isEqualTo(expected);
            accepted += read.isPresent() ? 1 : 0;
        }
        // Neither side of the comparison is empty.
        assertThat(accepted).isBetween(rounds / 10, rounds * 9 / 10);
    }

    private static String escape(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replace("\r", "\\r")
                .replace("\n", "\\n")
                .replace("\0", "\\0");
    }

    /** Whatever we accept and write anew, another widely used parser reads as the same. */
    @Test
    void anotherParserReadsTheSameFromWhatIsForwarded() throws HttpFault {
        Random random = new Random(7);
        int compared = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = head(random);
            if (read(bytes, random).isEmpty()) {
                continue;
            }
            RequestHead head =
                    Objects.requireNonNull(
                            new RequestHeadReader(Protocol.HTTP, 8192, 65536)
                                    .read(Unpooled.wrappedBuffer(bytes)));
            ByteBuf written =
                    MessageWriter.encode(
                            Unpooled.buffer().alloc(),
                            head.method() + " " + head.path() + head.query() + " HTTP/1.1",
                            head.fields());
            var channel = new EmbeddedChannel(new HttpRequestDecoder());
            channel.writeInbound(written);
            HttpRequest other = channel.readInbound();

            assertThat(other.decoderResult().isSuccess()).isTrue();
            assertThat(other.method().name()).isEqualTo(head.method());
            assertThat(other.uri()).isEqualTo(head.path() + head.query());
            List<String> fields = new ArrayList<>();
            head.fields().forEach((name, value) -> fields.add(name + ": " + value));
            List<String> others = new ArrayList<>();
            other.headers().forEach(e -> others.add(e.getKey() + ": " + e.getValue()));
            assertThat(others).isEqualTo(fields);
            channel.finishAndReleaseAll();
            compared++;
        }
        assertThat(compared).isGreaterThan(2_000);
    }
}
