package dev.gibbon.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrBlockTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "10.1.2.3/8, 10.9.9.9, true",
        "127.0.0.5, 127.0.0.5, true",
        "127.0.0.5, 127.0.0.4, false",
        "0.0.0.0/0, 1.2.3.4, true",
        "0.0.0.0/0, ::1, false",
        "::/0, ::1, true",
        "::/0, 1.2.3.4, false",
        "fd00:10::/32, fd00:10:1::1, true",
        "fd00:10::/32, fd00:11::1, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.129, true",
    })
    void blockContainsTheAddressesThatShareItsPrefix(String block, String address, boolean inside) {
        assertThat(CidrBlock.parse(block).orElseThrow().contains(IpAddress.of(address)))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/33",
                "::/129",
                "10.0.0.0/",
                "10.0.0.0/08",
                "10.0.0.0/-1",
                "/8",
                "x/8"
            })
    void textThatIsNoBlockIsNotRead(String text) {
        assertThat(CidrBlock.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3/8, 10.0.0.0/8", "10.1.2.3/32, 10.1.2.3", "fd00::1/64, fd00::/64"})
    void bitsBehindThePrefixAreDropped(String text, String canonical) {
        assertThat(CidrBlock.parse(text).orElseThrow()).hasToString(canonical);
    }
}
