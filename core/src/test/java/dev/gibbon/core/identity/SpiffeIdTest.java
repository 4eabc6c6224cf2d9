package dev.gibbon.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {
    @Test
    void hostIdRoundTrip() {
        SpiffeId id = SpiffeId.host(new TrustDomain("mesh-1"), "gibbon-b");

        assertThat(id).hasToString("spiffe://mesh-1/host/gibbon-b");
        assertThat(SpiffeId.parse(id.toString())).contains(id);
        assertThat(id.hostName()).contains("gibbon-b");
    }

    @Test
    void idOfAPodHasNoHostName() {
        assertThat(SpiffeId.parse("spiffe://mesh-1/ns/shop/sa/cart").orElseThrow().hostName())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "spiffe://",
                "spiffe://mesh",
                "spiffe:///host/b",
                "spiffe://mesh/",
                "spiffe://mesh/host/",
                "spiffe://mesh//b",
                "spiffe://mesh/host/../b",
                "spiffe://mesh/host/b?x",
                "spiffe://mesh/host/b#x",
                "spiffe://mesh/host/b%20",
                "spiffe://Mesh/host/b",
                "spiffe://mesh:1/host/b",
                "spiffe://a@mesh/host/b",
                "SPIFFE://mesh/host/b",
                "https://mesh/host/b",
                "spiffe://mesh/host/b\n"
            })
    void othersAreNone(String text) {
        assertThat(SpiffeId.parse(text)).isEmpty();
    }

    @Test
    void meshProtocolNamesTheTrustDomainByFingerprint() {
        TrustDomain domain = new TrustDomain("mesh-1");

        // printf mesh-1 | openssl dgst -sha256 -binary | head -c 12 | basenc --base64url
        assertThat(domain.meshProtocol()).isEqualTo("gibbon/1/61Cheu5anaSCrFZv");
        assertThat(domain.fingerprint()).hasSize(16);
    }
}
