package dev.gibbon.operator.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PodNameTest {
    @ParameterizedTest
    @CsvSource({
        "pod/web-1, shop/web-1",
        "pod/web-1.bank, bank/web-1",
        "pod/web.1.bank, bank/web.1"
    })
    void whatFollowsTheLastDotIsTheNamespace(String text, String expected) {
        assertThat(PodName.parse(text, "shop")).map(PodName::toString).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web-1", "pod/", "pod/../x", "pod/a/b", "pod/a.b/../c", "pod/A"})
    void whatIsNoNameOfAPodIsRefused(String text) {
        assertThat(PodName.parse(text, "shop")).isEmpty();
    }
}
