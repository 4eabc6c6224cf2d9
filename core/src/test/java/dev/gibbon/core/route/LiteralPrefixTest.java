package dev.gibbon.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LiteralPrefixTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/api/v\\d+ /api/v",
                "/v1\\.2/x /v1.2/x",
                "/ab* /a",
                "/ab? /a",
                "/ab{2} /a",
                "/ab+ /ab",
                "/v1\\.* /v1",
                "/a(b|c) /a",
                "/a[|]b /a",
                "/a[]|]b /a",
                "/a[^]|]b /a",
                "/a[[:alpha:]|]b /a",
                "/a[\\]|]b /a",
                "/a\\|b /a|b",
                "/a|/b ''",
                "/(a)|/b ''",
                "/a\\Qb|c\\E ''",
                "(?i)/a ''",
                "/ä /",
                "/a$ /a",
            })
    void isWhatEveryMatchStartsWith(String pattern, String prefix) {
        assertThat(LiteralPrefix.of(pattern)).isEqualTo(prefix);
    }
}
