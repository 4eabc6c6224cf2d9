package dev.gibbon.sidecar.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.net.IpAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceProbeTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.3"})
    void loopbackIsOfThisHost(String address) {
        assertThat(SourceProbe.of(IpAddress.of(address))).isEqualTo(SourceProbe.OWN);
    }

    /** With NET_RAW or NET_ADMIN it may be used, without it may not. */
    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1"})
    void addressForDocumentationIsNotOfThisHost(String address) {
        assertThat(SourceProbe.of(IpAddress.of(address))).isNotEqualTo(SourceProbe.OWN);
    }
}
