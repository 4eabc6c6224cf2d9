package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts and forms of kong/error_handlers.lua@1.1.0. */
class ErrorBodyTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            textBlock =
                    """
                    UPSTREAM_GONE    | 502 | text/html        | <html><head><title>Gibbon Error</title></head><body><h1>Gibbon Error</h1><p>An invalid response was received from the upstream server.</p></body></html>
                    UPSTREAM_TIMEOUT | 504 | application/json | {"message":"The upstream server is timing out"}
                    OVERLOADED       | 503 | text/xml         | <?xml version="1.0" encoding="UTF-8"?>~<error><message>The upstream server is currently unavailable</message></error>
                    BAD_REQUEST      | 400 | */*              | Bad request~
                    URI_TOO_LONG     | 414 |                  | URI too long~
                    NO_ROUTE         | 404 | text/html        | {"message":"said"}
                    NO_SERVICE       | 503 | text/html        | {"message":"said"}
                    HTTPS_REQUIRED   | 426 | text/html        | {"message":"said"}
                    NAME_RESOLUTION  | 503 | text/html        | {"message":"name resolution failed"}
                    """,
            delimiter = '|')
    void theTextIsThatOfKong(CloseReason reason, int status, String accept, String text) {
        assertThat(ErrorBody.of(reason, status, "said", accept).text())
                .isEqualTo(text.replace('~', '\n'));
    }
}
