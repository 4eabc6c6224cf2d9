package dev.gibbon.capture.host;

import static dev.gibbon.capture.host.Specs.at;
import static dev.gibbon.capture.host.Specs.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.capture.host.CaptureSpec.Inbound;
import dev.gibbon.capture.host.CaptureSpec.Outbound;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CaptureSpecTest {
    private static final Outbound OUT = new Outbound(ip("127.0.0.2"), 19000, at("127.0.0.3", 9000));
    private static final Inbound IN = new Inbound(ip("127.0.0.5"), 19000, at("127.0.0.4", 9000));

    static Stream<Arguments> contradictions() {
        return Stream.of(
                row(
                        () -> new Outbound(ip("127.0.0.2"), 0, at("127.0.0.3", 9000)),
                        "outbound: port 0 (expected: 1-65535)"),
                row(
                        () -> new Outbound(ip("127.0.0.2"), 1, at("127.0.0.3", 0)),
                        "outbound: port 0 (expected: 1-65535)"),
                row(
                        () -> new Inbound(ip("127.0.0.2"), 65536, at("127.0.0.3", 1)),
                        "inbound: port 65536 (expected: 1-65535)"),
                row(
                        () -> new Outbound(ip("0.0.0.0"), 1, at("127.0.0.3", 9000)),
                        "outbound: 0.0.0.0 (expected: an address of one host, not link-local)"),
                row(
                        () -> new Inbound(ip("127.0.0.5"), 1, at("224.0.0.1", 9000)),
                        "inbound: 224.0.0.1 (expected: an address of one host, not link-local)"),
                row(
                        () -> new Inbound(ip("fe80::1"), 1, at("::1", 9000)),
                        "inbound: fe80:0:0:0:0:0:0:1 (expected: an address of one host, not"
                                + " link-local)"),
                row(
                        () -> new Inbound(ip("127.0.0.5"), 1, at("::1", 9000)),
                        "inbound: 127.0.0.5 and 0:0:0:0:0:0:0:1 (expected: two addresses of one"
                                + " family)"),
                row(
                        () -> new Inbound(ip("127.0.0.5"), 9000, at("127.0.0.5", 9000)),
                        "inbound: 127.0.0.5:9000 is workload and sidecar at once (expected: two"
                                + " addresses)"),
                row(
                        () -> new CaptureSpec(List.of(), List.of(), Set.of()),
                        "nothing to capture (expected: an outbound or an inbound entry)"),
                row(
                        () -> new CaptureSpec(List.of(OUT, OUT), List.of(), Set.of()),
                        "outbound: 127.0.0.2:19000 is given twice (expected: once)"),
                row(
                        () -> new CaptureSpec(List.of(), List.of(IN, IN), Set.of()),
                        "inbound: 127.0.0.5:19000 is given twice (expected: once)"),
                row(
                        () -> new CaptureSpec(List.of(OUT), List.of(IN), Set.of(ip("127.0.0.2"))),
                        "exempt: 127.0.0.2 is also a client that is to be captured (expected: one"
                                + " of both)"),
                row(
                        () -> new CaptureSpec(List.of(OUT), List.of(IN), Set.of(ip("127.0.0.3"))),
                        "exempt: 127.0.0.3 is the outbound sidecar, and its connections must reach"
                                + " the inbound one (expected: the address that the inbound sidecar"
                                + " dials from)"));
    }

    private static Arguments row(ThrowingCallable making, String message) {
        return Arguments.of(making, message);
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void contradictionsAreRefusedWithTheReason(ThrowingCallable making, String message) {
        assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void onePortMayBeCapturedOutboundAndInbound() {
        CaptureSpec spec = new CaptureSpec(List.of(OUT), List.of(IN), Set.of(ip("127.0.0.4")));

        CaptureRule.Match out =
                new CaptureRule.Match(CaptureRule.End.SOURCE, ip("127.0.0.2"), 19000);
        CaptureRule.Match in =
                new CaptureRule.Match(CaptureRule.End.DESTINATION, ip("127.0.0.5"), 19000);
        assertThat(CapturePlan.of(spec).rules())
                .containsExactly(
                        new CaptureRule.PassMarked(),
                        new CaptureRule.PassSource(ip("127.0.0.4")),
                        new CaptureRule.DivertNew(out, at("127.0.0.3", 9000)),
                        new CaptureRule.RefuseNew(out),
                        new CaptureRule.Divert(out, at("127.0.0.3", 9000)),
                        new CaptureRule.DivertNew(in, at("127.0.0.4", 9000)),
                        new CaptureRule.RefuseNew(in),
                        new CaptureRule.Divert(in, at("127.0.0.4", 9000)));
    }
}
