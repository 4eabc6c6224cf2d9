package dev.gibbon.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StatusCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-22T20:00:00Z");

    @Test
    void aTableShowsEachSidecarWithItsRevisionAndCertificate() throws JsonProcessingException {
        String status =
                """
                {"revision":7,"trust_domain":"mesh-1","sidecars":[
                 {"name":"gibbon-a","connected":true,"revision":7,"nack":null,
                  "workload":["127.0.0.2"],"certificate_not_after":"2026-11-23T19:30:00Z"},
                 {"name":"gibbon-b","connected":false,"revision":null,"nack":"no such regex",
                  "workload":[],"certificate_not_after":"2026-11-22T19:59:00Z"},
                 {"name":"gibbon-c","connected":false,"gone_since":"2026-11-22T19:54:57Z",
                  "revision":6,"nack":null,"workload":["127.0.0.5"],
                  "certificate_not_after":null}]}
                """;

        assertThat(render(status))
                .isEqualTo(
                        """
                        trust domain mesh-1, configuration revision 7

                        SIDECAR   STATE          REVISION  CERTIFICATE       STANDS FOR  REFUSED
                        gibbon-a  connected      7         23h30m left       127.0.0.2   -
                        gibbon-b  gone           -         expired 1m0s ago  -           no such regex
                        gibbon-c  gone for 5m3s  6         -                 127.0.0.5   -
                        """);
    }

    @Test
    void aMeshWithoutSidecarsSaysSo() throws JsonProcessingException {
        assertThat(render("{\"revision\":1,\"trust_domain\":\"mesh-1\",\"sidecars\":[]}"))
                .endsWith("(no sidecar has connected yet)\n");
    }

    @Test
    void whatIsNotInEffectIsNamedBelow() throws JsonProcessingException {
        assertThat(
                        render(
                                """
                                {"revision":1,"trust_domain":"mesh-1","sidecars":[],
                                 "skipped":["routes[a]: no Service","services[b]: too long"]}
                                """))
                .endsWith(
                        """

                        not in effect: routes[a]: no Service
                        not in effect: services[b]: too long
                        """);
    }

    private static String render(String status) throws JsonProcessingException {
        return StatusCommand.render(new ObjectMapper().readTree(status), NOW);
    }
}
