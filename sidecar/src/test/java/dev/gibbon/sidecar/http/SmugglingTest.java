package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Exact bytes in, status out, and the upstream has seen nothing. */
@SuppressWarnings("StringConcatToTextBlock") // Text blocks hide the CRLFs.
class SmugglingTest {
    private ScriptedUpstream upstream;
    private TestProxy proxy;

    /** For each case: what an upstream counts late must not be told of the next case. */
    @BeforeEach
    void open() throws IOException {
        upstream = ScriptedUpstream.echo();
        proxy = new TestProxy(upstream.port());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        upstream.close();
    }

    private static Arguments of(String name, int status, String bytes) {
        return Arguments.of(name, status, bytes);
    }

    /** A POST with these fields and a body that is a request to one parser and not to another. */
    private static Arguments post(String name, String fields) {
        return of(
                name,
                400,
                "POST / HTTP/1.1\r\nHost: a\r\n"
                        + fields
                        + "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    private static Arguments get(String name, String fields) {
        return of(name, 400, "GET / HTTP/1.1\r\n" + fields + "\r\n");
    }

    private static Arguments line(String name, int status, String line) {
        return of(name, status, line + "\r\nHost: a\r\n\r\n");
    }

    /** Refused once the body is read: the upstream may have seen the head, but no request ends. */
    private static Arguments chunk(String name, String body) {
        return of(
                name,
                400,
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
    }

    static Stream<Arguments> heads() {
        return Stream.of(
                post("length and chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
                post("chunked and length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
                post("two equal lengths", "Content-Length: 5\r\nContent-Length: 5\r\n"),
                post("two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n"),
                post("a list of lengths", "Content-Length: 5, 5\r\n"),
                post("a length with a plus", "Content-Length: +5\r\n"),
                post("a negative length", "Content-Length: -5\r\n"),
                post("a length with a space", "Content-Length: 5 0\r\n"),
                post("a hexadecimal length", "Content-Length: 0x5\r\n"),
                post("an empty length", "Content-Length: \r\n"),
                post("a huge length", "Content-Length: 99999999999999999999\r\n"),
                post("a length with an underscore", "Content_Length: 5\r\n"),
                post("a quoted length", "Content-Length: \"5\"\r\n"),
                post("chunked, identity", "Transfer-Encoding: chunked, identity\r\n"),
                post("identity, chunked", "Transfer-Encoding: identity, chunked\r\n"),
                post("gzip, chunked", "Transfer-Encoding: gzip, chunked\r\n"),
                post("chunked twice", "Transfer-Encoding: chunked, chunked\r\n"),
                post("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
                post("identity", "Transfer-Encoding: identity\r\n"),
                post("xchunked", "Transfer-Encoding: xchunked\r\n"),
                post("a quoted coding", "Transfer-Encoding: \"chunked\"\r\n"),
                post("a coding with a comma", "Transfer-Encoding: ,chunked\r\n"),
                post("an empty coding", "Transfer-Encoding:\r\n"),
                post("a coding with a parameter", "Transfer-Encoding: chunked;a=b\r\n"),
                post("a coding behind a vertical tab", "Transfer-Encoding: \u000bchunked\r\n"),
                post("an underscore coding", "Transfer_Encoding: chunked\r\n"),
                post("space before the colon", "Transfer-Encoding : chunked\r\n"),
                post("tab before the colon", "Content-Length\t: 5\r\n"),
                post("a folded coding", "Transfer-Encoding:\r\n chunked\r\n"),
                post("a folded field", "X: a\r\n\tb\r\n"),
                post("a first line that is folded", " X: a\r\n"),
                post("a bare CR in a value", "X: a\rTransfer-Encoding: chunked\r\n"),
                post("a bare LF", "X: a\nTransfer-Encoding: chunked\r\n"),
                post("CR CR LF", "X: a\r\r\n"),
                post("NUL in a value", "X: a\0b\r\n"),
                post("DEL in a value", "X: a\u007fb\r\n"),
                post("a control character in a value", "X: a\u0001b\r\n"),
                post("NUL in a name", "X\0: a\r\n"),
                post("a name that is no token", "X(Y): a\r\n"),
                post("a name beyond ASCII", "X\u00e4: a\r\n"),
                post("a line without a colon", "X\r\n"),
                post("an empty name", ": a\r\n"),
                of("a head that ends in LF", 400, "GET / HTTP/1.1\nHost: a\n\n"),
                of(
                        "HTTP/1.0 chunked",
                        400,
                        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                get("no Host", ""),
                get("two Hosts", "Host: a\r\nHost: a\r\n"),
                get("two Hosts in two cases", "Host: a\r\nhost: b\r\n"),
                get("an empty Host", "Host:\r\n"),
                get("a Host with a space", "Host: a b\r\n"),
                get("a Host with a list", "Host: a, b\r\n"),
                get("a Host with a slash", "Host: a/b\r\n"),
                get("a Host with user information", "Host: u@a\r\n"),
                get("a Host with a bad port", "Host: a:8o\r\n"),
                get("a Host with an empty port", "Host: a:\r\n"),
                get("a Host with a large port", "Host: a:65536\r\n"),
                get("a Host with an empty label", "Host: a..b\r\n"),
                get("a Host with an escape", "Host: %61\r\n"),
                get("a Host with bad brackets", "Host: [::1\r\n"),
                get("a Host with brackets around a name", "Host: [a]\r\n"),
                get("a Host with text behind brackets", "Host: [::1]a\r\n"),
                get("a Host beyond ASCII", "Host: \u00e4\r\n"),
                line("another host in the target", 400, "GET http://b/ HTTP/1.1"),
                line("another port in the target", 400, "GET http://a:81/ HTTP/1.1"),
                line("another scheme in the target", 400, "GET https://a/ HTTP/1.1"),
                line("user information in the target", 400, "GET http://a@a/ HTTP/1.1"),
                line("a fragment", 400, "GET /a#b HTTP/1.1"),
                line("no slash", 400, "GET a HTTP/1.1"),
                line("an asterisk", 400, "OPTIONS * HTTP/1.1"),
                line("a backslash", 400, "GET /a\\b HTTP/1.1"),
                line("a byte beyond ASCII", 400, "GET /\u00e4 HTTP/1.1"),
                line("a tab in the target", 400, "GET /a\tb HTTP/1.1"),
                line("a space in the target", 400, "GET /a b HTTP/1.1"),
                line("two spaces", 400, "GET  / HTTP/1.1"),
                line("a tab for a space", 400, "GET\t/ HTTP/1.1"),
                line("a space behind the version", 400, "GET / HTTP/1.1 "),
                line("no version", 400, "GET /"),
                line("a version in lower case", 400, "GET / http/1.1"),
                line("a version with two digits", 400, "GET / HTTP/1.10"),
                line("version 1.2", 505, "GET / HTTP/1.2"),
                line("version 2.0", 505, "GET / HTTP/2.0"),
                line("version 0.9", 505, "GET / HTTP/0.9"),
                line("a method that is no token", 400, "G{}T / HTTP/1.1"),
                line("a space before the method", 400, " GET / HTTP/1.1"),
                line("CONNECT", 405, "CONNECT a:80 HTTP/1.1"),
                line("TRACE", 405, "TRACE / HTTP/1.1"),
                of("the HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                of("two empty lines first", 400, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                of("TLS", 400, "\u0016\u0003\u0001\u0002\0\u0001"),
                line("a long line", 414, "GET /" + "a".repeat(9000) + " HTTP/1.1"),
                of("a long line without an end", 414, "GET /" + "a".repeat(9000)),
                of(
                        "a large field",
                        431,
                        "GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(66_000) + "\r\n\r\n"),
                of(
                        "many fields",
                        431,
                        "GET / HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(300) + "\r\n"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("heads")
    void whatCouldBeReadInTwoWaysIsRefusedAndNotForwarded(String name, int status, String bytes)
            throws Exception {
        String answer;
        try (var client = proxy.connect()) {
            answer = client.write(bytes).readToEnd();
        }

        assertThat(answer).as(name).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer).contains("\r\nConnection: close\r\n").doesNotContain("smuggled");
        assertThat(answer.split("HTTP/1.1 ", -1)).as("one answer").hasSize(2);
        assertThat(upstream.bytesSeen).hasValue(0);
        var record = proxy.telemetry.next();
        assertThat(record.reason()).isNotEqualTo(CloseReason.FINISHED);
        assertThat(RecordingTelemetry.status(record)).isEqualTo(status);
        assertThat(proxy.telemetry.records).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CONNECT a:80 | ''",
                "TRACE / | GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
            })
    void methodThatIsNotAllowedIsAnsweredWithThoseThatAreOnItsTarget(String start, String allowed)
            throws Exception {
        try (var client = proxy.connect()) {
            assertThat(client.write(start + " HTTP/1.1\r\nHost: a\r\n\r\n").readToEnd())
                    .startsWith("HTTP/1.1 405 ")
                    .contains("\r\nAllow: " + allowed + "\r\n");
        }
        assertThat(proxy.telemetry.next().reason()).isEqualTo(CloseReason.BAD_REQUEST);
    }

    static Stream<Arguments> chunks() {
        return Stream.of(
                chunk("a size with a plus", "+5\r\nhello\r\n0\r\n\r\n"),
                chunk("a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
                chunk("a negative size", "-5\r\nhello\r\n0\r\n\r\n"),
                chunk("a size with a leading space", " 5\r\nhello\r\n0\r\n\r\n"),
                chunk("a size with a trailing space", "5 \r\nhello\r\n0\r\n\r\n"),
                chunk("an empty size", "\r\nhello\r\n0\r\n\r\n"),
                chunk("a size that overflows", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
                chunk("a size of 17 digits", "00000000000000005\r\nhello\r\n0\r\n\r\n"),
                chunk("a size that is no number", "g\r\nhello\r\n0\r\n\r\n"),
                chunk("an extension", "5;a=b\r\nhello\r\n0\r\n\r\n"),
                chunk("an extension with LF", "5;a\n5\r\nhello\r\n0\r\n\r\n"),
                chunk("a quoted extension", "5;a=\"\r\nhello\r\n0\r\n\r\n"),
                chunk("LF behind the size", "5\nhello\r\n0\r\n\r\n"),
                chunk("CR behind the size", "5\rhello\r\n0\r\n\r\n"),
                chunk("LF behind the data", "5\r\nhello\n0\r\n\r\n"),
                chunk("more data than its size", "5\r\nhello!\r\n0\r\n\r\n"),
                chunk("a bad trailer", "5\r\nhello\r\n0\r\nX : a\r\n\r\n"),
                chunk("a trailer with a bare LF", "5\r\nhello\r\n0\r\nX: a\n\r\n"),
                chunk("a folded trailer", "5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("chunks")
    void aBodyThatCouldBeReadInTwoWaysIsRefusedAndNeverCompleted(
            String name, int status, String bytes) throws Exception {
        String answer;
        try (var client = proxy.connect()) {
            answer = client.write(bytes + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n").readToEnd();
        }

        // The echo answers only complete requests.
        assertThat(answer).as(name).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer).contains("\r\nConnection: close\r\n").doesNotContain("smuggled");
        assertThat(proxy.telemetry.next().reason()).isEqualTo(CloseReason.BAD_REQUEST);
        assertThat(proxy.telemetry.records).isEmpty();
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                of("absolute-form", 200, "GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n"),
                of("absolute-form, port", 200, "GET http://A:80/x HTTP/1.1\r\nHost: a\r\n\r\n"),
                of("absolute-form, no path", 200, "GET http://a?x HTTP/1.1\r\nHost: a\r\n\r\n"),
                of("an empty line first", 200, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                of("no blank behind the colon", 200, "GET / HTTP/1.1\r\nHost:a\r\n\r\n"),
                of("HTTP/1.0 without Host", 200, "GET / HTTP/1.0\r\n\r\n"),
                of(
                        "bytes beyond ASCII in a value",
                        200,
                        "GET / HTTP/1.1\r\nHost: a\r\nX: \u00e4\r\n\r\n"),
                of("a trailing dot", 200, "GET / HTTP/1.1\r\nHost: a.\r\n\r\n"),
                of("IPv6", 200, "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
                of("an unknown method", 200, "gEt / HTTP/1.1\r\nHost: a\r\n\r\n"),
                of(
                        "a length of zero",
                        200,
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
                of(
                        "CHUNKED",
                        200,
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n"),
                of("an escaped path", 200, "GET /%2e%2e//%5c?a=\\ HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("accepted")
    void whatIsUnusualButClearIsForwarded(String name, int status, String bytes) throws Exception {
        try (var client = proxy.connect()) {
            assertThat(client.write(bytes).readMessage())
                    .as(name)
                    .startsWith("HTTP/1.1 " + status + " ");
        }
        assertThat(proxy.telemetry.next().reason()).isEqualTo(CloseReason.FINISHED);
    }
}
