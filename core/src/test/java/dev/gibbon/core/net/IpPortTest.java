package dev.gibbon.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpPortTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.5:19000", "[fd00::5]:80", "0.0.0.0:0", "[::]:65535"})
    void readsWhatItPrints(String text) {
        assertThat(IpPort.parse(text).orElseThrow()).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.5",
                ":80",
                "fd00::5:80",
                "[127.0.0.5]:80",
                "127.0.0.5:",
                "127.0.0.5:65536",
                "127.0.0.5:8o",
                "127.0.0.5:-1",
                "[fd00::5]80",
                "host:80"
            })
    void textThatIsNoAddressAndPortIsNotRead(String text) {
        assertThat(IpPort.parse(text)).isEmpty();
    }
}
