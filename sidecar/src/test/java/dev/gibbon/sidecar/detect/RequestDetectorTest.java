package dev.gibbon.sidecar.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestDetectorTest {

    private static RequestDetector.Verdict detect(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        RequestDetector.Verdict verdict = RequestDetector.detect(bytes, 64);
        assertThat(bytes.readableBytes()).isEqualTo(text.length());
        return verdict;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1~ | REQUEST",
                "POST /a?b=c d HTTP/1.0~Host: x~ | REQUEST",
                "M-SEARCH /x HTTP/1.1~ | REQUEST",
                "G | INCOMPLETE",
                "GET | INCOMPLETE",
                "GET /long/path | INCOMPLETE",
                "PRI * HTTP/2.0~~SM~~ | OTHER",
                "CONNECT a:443 HTTP/1.1~ | OTHER",
                "GET http://a/ HTTP/1.1~ | OTHER",
                "GET / HTTP/2~ | OTHER",
                "GET /key~ | OTHER",
                "get / HTTP/1.1~ | OTHER",
                "PING~ | OTHER",
                "*3~ | OTHER",
                "ABCDEFGHIJKLMNOPQRSTUVW | OTHER",
            })
    void firstLineTells(String text, RequestDetector.Verdict verdict) {
        assertThat(detect(text.replace("~", "\r\n"))).isEqualTo(verdict);
    }

    @Test
    void lineThatIsTooLongIsNoneOfOurs() {
        assertThat(detect("GET /" + "x".repeat(100))).isEqualTo(RequestDetector.Verdict.OTHER);
    }

    /** However the bytes are cut, no prefix says something that the whole does not. */
    @Test
    void everyPrefixIsIncompleteOrRight() {
        String whole = "GET /x HTTP/1.1\r\n";
        for (int length = 1; length < whole.length(); length++) {
            assertThat(detect(whole.substring(0, length)))
                    .as(whole.substring(0, length))
                    .isEqualTo(RequestDetector.Verdict.INCOMPLETE);
        }
    }
}
