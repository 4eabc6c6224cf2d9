package dev.gibbon.capture.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodArgumentsTest {
    private static final Set<Family> BOTH = Set.of(Family.values());

    @Test
    void whatTheInjectorPassesIsUnderstood() {
        PodArguments arguments =
                parse(
                        "apply --outbound-port 15001 --inbound-port 15006 --gid 1337"
                                + " --exclude-inbound-ports 15021,9090 --exclude-outbound-ports"
                                + " 9100-9110 --exclude-outbound-cidrs 10.0.0.0/8,fd00::/8"
                                + " --backend iptables");

        assertThat(arguments.verb()).isEqualTo(PodArguments.Verb.APPLY);
        assertThat(arguments.backend()).isEqualTo(Backend.IPTABLES);
        assertThat(arguments.spec(BOTH))
                .isEqualTo(
                        new PodCaptureSpec(
                                15001,
                                15006,
                                1337,
                                new Exclusions(
                                        List.of(PortRange.of(9090), PortRange.of(15021)),
                                        List.of(),
                                        List.of(new PortRange(9100, 9110)),
                                        List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8")),
                                        List.of()),
                                BOTH));
    }

    @Test
    void everythingMayBeLeftOut() {
        assertThat(parse("verify").spec(Set.of(Family.IPV4)))
                .isEqualTo(
                        new PodCaptureSpec(
                                15001, 15006, 1337, Exclusions.NONE, Set.of(Family.IPV4)));
        assertThat(parse("verify").backend()).isEqualTo(Backend.AUTO);
        assertThat(PodArguments.parse(List.of("apply", "--exclude-inbound-ports", "")).spec(BOTH))
                .isEqualTo(Pods.spec(Exclusions.NONE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | no command (expected: apply, verify, print, remove)",
                "start | command \"start\" (expected: apply, verify, print, remove)",
                "apply --gid | --gid is the last word (expected: a value behind it)",
                "apply --gid 1 --gid 2 | --gid is given twice (expected: once)",
                "remove --gid 1 | remove removes everything (expected: no options)",
                "apply --gid x | --gid \"x\" (expected: a number)",
                "apply --gid 99999999999 | --gid \"99999999999\" (expected: a number)",
                "apply --inbound-port 4294982302 | --inbound-port \"4294982302\" (expected:"
                        + " 1-65535)",
                "apply --inbound-port 70000 | inbound port 70000 (expected: 1-65535)",
                "apply --backend ebpf | --backend: \"ebpf\" (expected: auto, nft, iptables)",
                "apply --exclude-inbound-ports 1,,2 | --exclude-inbound-ports: port \"\" (expected:"
                        + " e.g. 9090 or 9100-9110)",
                "apply --exclude-inbound-ports 80;x | --exclude-inbound-ports: port \"80;x\""
                        + " (expected: e.g. 9090 or 9100-9110)",
                "apply --exclude-outbound-cidrs 0.0.0.0/0 | --exclude-outbound-cidrs: CIDR"
                        + " 0.0.0.0/0 (expected: a length of 1-32 behind the slash)",
                "apply --exclude-outbound-uids root | --exclude-outbound-uids: uid"
                        + " \"root\" (expected: a number)",
            })
    void mistakesAreRefusedWithTheReason(String words, String message) {
        assertThatThrownBy(
                        () -> {
                            PodArguments arguments = parse(words);
                            arguments.backend();
                            arguments.spec(BOTH);
                        })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void unknownOptionIsAnsweredWithThoseThatThereAre() {
        assertThatThrownBy(() -> parse("apply --exclude-ports 80"))
                .hasMessage(
                        "option \"--exclude-ports\" (expected: --outbound-port, --inbound-port,"
                                + " --gid, --exclude-inbound-ports, --exclude-inbound-cidrs,"
                                + " --exclude-outbound-ports, --exclude-outbound-cidrs,"
                                + " --exclude-outbound-uids, --backend)");
    }

    private static PodArguments parse(String line) {
        return PodArguments.parse(line.isEmpty() ? List.of() : List.of(line.split(" ", -1)));
    }
}
