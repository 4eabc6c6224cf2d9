package dev.gibbon.core.entity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.DialPlan;
import dev.gibbon.core.decision.DialSource;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.feed.Decoded;
import dev.gibbon.core.feed.FeedDiff;
import dev.gibbon.core.feed.FeedMessage.Upsert;
import dev.gibbon.core.feed.FeedResource.ServiceResource;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.RouteDraft;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientCertificateTest {
    private static final ClientCertificate CERTIFICATE =
            new ClientCertificate("chain", "very-secret");
    private static final Service SERVICE =
            RouteDraft.service("s", Protocol.HTTPS, "a.test", 443)
                    .withClientCertificate(CERTIFICATE);

    static Stream<Object> holders() {
        UpstreamTls unverified = new UpstreamTls.Unverified("a.test", CERTIFICATE);
        Upsert upsert = new Upsert(new ServiceResource(SERVICE));
        return Stream.of(
                CERTIFICATE,
                SERVICE,
                upsert,
                new Decoded.Known(upsert),
                new FeedDiff(List.of(new ServiceResource(SERVICE)), List.of()),
                unverified,
                new UpstreamTls.Verified("a.test", null, CERTIFICATE),
                new DialPlan.Dial(
                        IpPort.parse("192.0.2.1:443").orElseThrow(),
                        unverified,
                        new DialSource.Any(),
                        false),
                new Upstream("a.test", 443, Protocol.HTTPS, SERVICE, null, false));
    }

    @ParameterizedTest
    @MethodSource("holders")
    void textOfWhatHoldsOneDoesNotSayTheKey(Object holder) {
        assertThat(holder.toString()).contains("(secret)").doesNotContain("very-secret");
    }
}
