package dev.gibbon.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemoReportTest {
    private static final PassResult PASS =
            new PassResult(
                    "declared",
                    "all is mutual TLS",
                    List.of(
                            new FlowResult(
                                    Flow.TCP,
                                    "Hello from Service B (TCP)",
                                    "Hello from Service B (TCP)",
                                    "spiffe://mesh/host/gibbon-a",
                                    "spiffe://mesh/host/gibbon-b",
                                    false),
                            new FlowResult(
                                    Flow.HTTP,
                                    "Hello from Service B (HTTP)",
                                    "(Connection reset)",
                                    null,
                                    null,
                                    true)));

    @Test
    void jsonHasTheDocumentedShape() {
        DemoReport report =
                new DemoReport(List.of(PASS), List.of(new Claim("it works", true, "seen")));

        assertThat(report.json().replaceAll("\\s+", " "))
                .isEqualTo(
                        """
                        { "passes" : [ { "name" : "declared", "flows" : [ { "name" : "tcp",\
                         "direct" : "Hello from Service B (TCP)",\
                         "proxied" : "Hello from Service B (TCP)",\
                         "client_identity" : "spiffe://mesh/host/gibbon-a",\
                         "server_identity" : "spiffe://mesh/host/gibbon-b",\
                         "readable" : false }, { "name" : "http",\
                         "direct" : "Hello from Service B (HTTP)",\
                         "proxied" : "(Connection reset)",\
                         "client_identity" : null, "server_identity" : null,\
                         "readable" : true } ] } ], "claims" : [ { "name" : "it works",\
                         "held" : true, "detail" : "seen" } ] }\
                        """);
    }

    @Test
    void textShowsFlowsIdentitiesAndClaims() {
        DemoReport report =
                new DemoReport(
                        List.of(PASS),
                        List.of(
                                new Claim("it works", true, "seen"),
                                new Claim("it is fast", false, "it took a minute")));

        assertThat(report.text())
                .contains(
                        "  tcp   Hello from Service B (TCP)   Hello from Service B (TCP)   not"
                                + " readable\n")
                .contains("spiffe://mesh/host/gibbon-a  <->  spiffe://mesh/host/gibbon-b")
                .contains("no mutual TLS")
                .contains("  ok    it works\n          seen\n")
                .contains("  FAIL  it is fast\n          it took a minute\n")
                .endsWith("1 of 2 claims held\n");
    }

    @Test
    void oneClaimThatDidNotHoldFailsTheDemo() {
        Claim held = new Claim("it works", true, "seen");
        Claim failed = new Claim("it is fast", false, "it took a minute");

        assertThat(new DemoReport(List.of(), List.of(held)).held()).isTrue();
        assertThat(new DemoReport(List.of(), List.of(held, failed)).held()).isFalse();
        assertThat(new DemoReport(List.of(), List.of()).held()).isFalse();
    }
}
