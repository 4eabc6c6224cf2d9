package dev.gibbon.capture.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodCaptureSpecTest {
    private static final Set<Family> BOTH = Set.of(Family.values());

    static Stream<Arguments> mistakes() {
        return Stream.of(
                row(
                        () -> new PodCaptureSpec(0, 15006, 1337, Exclusions.NONE, BOTH),
                        "outbound port 0 (expected: 1-65535)"),
                row(
                        () -> new PodCaptureSpec(15001, 65536, 1337, Exclusions.NONE, BOTH),
                        "inbound port 65536 (expected: 1-65535)"),
                row(
                        () -> new PodCaptureSpec(15001, 15001, 1337, Exclusions.NONE, BOTH),
                        "outbound port and inbound port are both 15001 (expected: two listeners)"),
                row(
                        () -> new PodCaptureSpec(15001, 15021, 1337, Exclusions.NONE, BOTH),
                        "inbound port 15021 (expected: another; this is the sidecar's status"
                                + " port)"),
                row(
                        () -> new PodCaptureSpec(15001, 15006, 0, Exclusions.NONE, BOTH),
                        "gid 0 (expected: 1-4294967294, the sidecar's group)"),
                row(
                        () -> new PodCaptureSpec(15001, 15006, 4294967295L, Exclusions.NONE, BOTH),
                        "gid 4294967295 (expected: 1-4294967294, the sidecar's group)"),
                row(
                        () -> new PodCaptureSpec(15001, 15006, 1337, Exclusions.NONE, Set.of()),
                        "no family of addresses (expected: IPv4, IPv6 or both)"),
                row(
                        () ->
                                new Exclusions(
                                        List.of(), List.of(), List.of(), List.of(), List.of(-1L)),
                        "uid -1 (expected: 0-4294967294)"),
                row(
                        () -> new PortRange(0, 1),
                        "port 0-1 (expected: 1-65535, or two ports with - between)"),
                row(
                        () -> PortRange.parse("65536"),
                        "port 65536 (expected: 1-65535, or two ports with - between)"),
                row(
                        () -> PortRange.parse("9110-9100"),
                        "port 9110-9100 (expected: 1-65535, or two ports with - between)"),
                row(
                        () -> Cidr.parse("0.0.0.0/0"),
                        "CIDR 0.0.0.0/0 (expected: a length of 1-32 behind the slash)"),
                row(
                        () -> Cidr.parse("fd00::/129"),
                        "CIDR fd00:0:0:0:0:0:0:0/129 (expected: a length of 1-128 behind the"
                                + " slash)"),
                row(
                        () -> Cidr.parse("10.1.2.3/8"),
                        "CIDR 10.1.2.3/8 (expected: 10.0.0.0/8, the first address of the block)"));
    }

    private static Arguments row(ThrowingCallable making, String message) {
        return Arguments.of(making, message);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreRefusedWithTheReason(ThrowingCallable making, String message) {
        assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "80 ",
                "-1",
                "80-",
                "-80",
                "1-2-3",
                "80,81",
                "80;drop",
                "http",
                "0x50",
                "99999999999",
                "８０",
                "80\n",
                "80 } accept"
            })
    void whatIsNoPortIsQuotedInOneLine(String text) {
        assertThatThrownBy(() -> PortRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("[\\x20-\\x7e]+")
                .hasMessageEndingWith(" (expected: e.g. 9090 or 9100-9110)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/x",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "10/8",
                "10.0.0/8",
                "010.0.0.0/8",
                "10.0.0.256/32",
                "0x0a.0.0.0/8",
                "167772160/8",
                "localhost",
                "localhost/8",
                "fe80::1%eth0",
                "::ffff:10.0.0.1/128",
                "fd00:::/8",
                "fd00::/8 accept",
                "10.0.0.0/8\n",
                "10.0.0.0/8;",
                "[fd00::]/8",
                ":"
            })
    void whatIsNoCidrIsQuotedInOneLine(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("[\\x20-\\x7e]+")
                .hasMessageEndingWith(" (expected: e.g. 10.0.0.0/8 or fd00::/8)");
    }

    @Test
    void longTextIsShortenedInMessages() {
        assertThatThrownBy(() -> Cidr.parse("x".repeat(100_000)))
                .hasMessage(
                        "CIDR \""
                                + "x".repeat(60)
                                + "...\" (expected: e.g. 10.0.0.0/8 or fd00::/8)");
    }

    @Test
    void overlapsAreMergedForNftTakesNone() {
        Exclusions exclusions =
                new Exclusions(
                        List.of(
                                new PortRange(9100, 9110),
                                PortRange.of(80),
                                new PortRange(9105, 9120),
                                PortRange.of(9121),
                                PortRange.of(80)),
                        List.of(),
                        List.of(),
                        List.of(
                                Cidr.parse("10.1.0.0/16"),
                                Cidr.parse("fd00::/8"),
                                Cidr.parse("10.0.0.0/8"),
                                Cidr.parse("fd12::1"),
                                Cidr.parse("11.0.0.0/8"),
                                Cidr.parse("10.0.0.0/8")),
                        List.of(2L, 1L, 2L));

        assertThat(exclusions.inboundPorts())
                .containsExactly(PortRange.of(80), new PortRange(9100, 9121));
        assertThat(exclusions.outboundCidrs())
                .containsExactly(
                        Cidr.parse("fd00::/8"), Cidr.parse("10.0.0.0/8"), Cidr.parse("11.0.0.0/8"));
        assertThat(exclusions.outboundUids()).containsExactly(1L, 2L);
    }

    @Test
    void blocksContainWhatTheyShould() {
        assertThat(Cidr.parse("128.0.0.0/1").contains(Cidr.parse("192.0.2.2").address())).isTrue();
        assertThat(Cidr.parse("128.0.0.0/1").contains(Cidr.parse("127.0.0.1").address())).isFalse();
        assertThat(Cidr.parse("::/1").contains(Cidr.parse("127.0.0.1").address())).isFalse();
        assertThat(Cidr.parse("2001:db8::/32").contains(Cidr.parse("2001:db8::2").address()))
                .isTrue();
    }
}
