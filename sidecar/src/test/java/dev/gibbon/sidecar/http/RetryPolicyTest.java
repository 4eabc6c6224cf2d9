package dev.gibbon.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.UpstreamTls;
import dev.gibbon.core.net.IpPort;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {
    private static final IpPort A = address("10.0.0.1:80");
    private static final IpPort B = address("10.0.0.2:80");
    private static final IpPort C = address("10.0.0.3:80");

    private static IpPort address(String text) {
        return IpPort.parse(text).orElseThrow();
    }

    @ParameterizedTest(name = "{0}, body {1}, {2}, used {3}, answering {4}, endpoint {5}, mesh {6}")
    @CsvSource({
        "GET,    false, UPSTREAM_GONE,    true,  false, false, false, true",
        "DELETE, false, UPSTREAM_TLS,     true,  false, false, false, true",
        "GET,    false, UPSTREAM_GONE,    false, false, true,  true,  true",
        // A fresh connection that is no mesh leg to an endpoint says that the upstream is gone.
        "GET,    false, UPSTREAM_GONE,    false, false, true,  false, false",
        "GET,    false, UPSTREAM_GONE,    false, false, false, true,  false",
        // The upstream may have acted on it.
        "POST,   false, UPSTREAM_GONE,    true,  false, false, false, false",
        "get,    false, UPSTREAM_GONE,    true,  false, false, false, false",
        "GET,    false, UPSTREAM_GONE,    true,  true,  false, false, false",
        // The body has been passed on and is no longer there.
        "PUT,    true,  UPSTREAM_GONE,    true,  false, false, false, false",
        // It would end in the same way again.
        "GET,    false, UPSTREAM_TIMEOUT, true,  false, false, false, false",
        "GET,    false, BAD_RESPONSE,     true,  false, true,  true,  false"
    })
    void aRequestIsRepeatedOnlyWhereThatCannotDoAnythingTwice(
            String method,
            boolean body,
            CloseReason reason,
            boolean used,
            boolean answering,
            boolean endpoint,
            boolean mesh,
            boolean expected) {
        RequestHead head =
                new RequestHead(
                        method,
                        "/",
                        "",
                        false,
                        null,
                        null,
                        new Fields(),
                        body ? new Framing.Length(1) : new Framing.None());
        UpstreamTls tls =
                mesh ? new UpstreamTls.Mesh("spiffe://x/workload/w") : new UpstreamTls.None();
        LinkFailure failure = new LinkFailure(reason, "", A, tls, used, answering);

        assertThat(RetryPolicy.permits(head, endpoint, failure)).isEqualTo(expected);
    }

    @Test
    void theEndpointThatFailedIsTriedLast() {
        assertThat(RetryPolicy.order(List.of(A, B, C), A)).containsExactly(B, C, A);
    }

    @Test
    void anEndpointThatHasGoneMeanwhileDoesNotComeBack() {
        assertThat(RetryPolicy.order(List.of(B, C), A)).containsExactly(B, C);
    }
}
