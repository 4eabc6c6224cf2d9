package dev.gibbon.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.5, 127.0.0.5",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "1:0:0:2:3:0:0:4, 1::2:3:0:0:4",
        "::ffff:127.0.0.5, 127.0.0.5",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    })
    void literalIsPrintedInItsCanonicalForm(String literal, String canonical) {
        assertThat(IpAddress.of(literal)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.04",
                "1.2.3.4 ",
                "1.2.3.",
                ".1.2.3",
                "a.b.c.d",
                "1.2.3.-4",
                ":",
                ":::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "12345::",
                "::g",
                "fe80::1%eth0",
                "[::1]",
                "1:2:3:4:5:6:7::8:9",
                "::1.2.3",
                "1.2.3.4::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1:2:3:4:5:6:7:8::",
                "localhost",
            })
    void textThatIsNoLiteralIsNotRead(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @Test
    void readsWhatItPrintsAndAgreesWithTheJdk() throws UnknownHostException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            for (int b = 0; b < bytes.length; b++) {
                bytes[b] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0);
            }
            IpAddress address = IpAddress.ofBytes(bytes);

            String text = address.toString();

            assertThat(IpAddress.parse(text)).as("seed %d: %s", seed, text).contains(address);
            assertThat(InetAddress.getByName(text))
                    .as("seed %d: %s", seed, text)
                    .isEqualTo(address.toInetAddress());
        }
    }

    @Test
    void aMappedAddressIsTheIpv4AddressThatItStandsFor() throws UnknownHostException {
        IpAddress mapped = IpAddress.of("::ffff:10.0.0.1");

        assertThat(mapped).isEqualTo(IpAddress.of("10.0.0.1"));
        assertThat(mapped.isV6()).isFalse();
    }

    @Test
    void bytesOfAnotherLengthAreRefused() {
        assertThatThrownBy(() -> IpAddress.ofBytes(new byte[5]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ip: 5 bytes (expected: 4 or 16)");
    }
}
