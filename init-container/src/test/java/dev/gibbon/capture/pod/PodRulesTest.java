package dev.gibbon.capture.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.capture.netns.Namespace;
import dev.gibbon.capture.netns.Namespace.Talker;
import dev.gibbon.capture.program.CaptureFailure;
import dev.gibbon.capture.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which program is chosen, and what is left of the others. */
@Tag("netns")
@Timeout(60)
class PodRulesTest {
    private Pods pods;
    private Namespace pod;

    @BeforeEach
    void setUp() {
        pods = new Pods();
        pod = pods.b();
    }

    @AfterEach
    void tearDown() {
        pods.close();
    }

    /** The programs of the pod, of which these fail as on a kernel without support. */
    private Function<String, Optional<Program>> without(Set<String> prefixes) {
        return name -> {
            Optional<Program> program = Pods.programs(pod).apply(name);
            return prefixes.stream().anyMatch(name::startsWith)
                    ? program.map(its ->
                            new Program(
                                    its.name(), List.of("sh", "-c", "echo no support >&2; exit 1")))
                    : program;
        };
    }

    @Test
    void firstProgramThatWorksIsTaken() throws CaptureFailure {
        assertThat(new PodRules(without(Set.of())).apply(Pods.plan(), Backend.AUTO))
                .isEqualTo("nft");
        assertThat(new PodRules(without(Set.of("nft"))).apply(Pods.plan(), Backend.AUTO))
                .isEqualTo("iptables-nft");
        assertThat(
                        new PodRules(without(Set.of("nft", "iptables-nft", "ip6tables-nft")))
                                .apply(Pods.plan(), Backend.AUTO))
                .isEqualTo("iptables-legacy");
    }

    @Test
    void whenOneFamilyFailsTheOtherIsTakenBack() throws CaptureFailure {
        assertThat(
                        new PodRules(without(Set.of("nft", "ip6tables-nft")))
                                .apply(Pods.plan(), Backend.AUTO))
                .isEqualTo("iptables-legacy");
        assertThat(pod.rules()).doesNotContain("GIBBON");
    }

    @Test
    void whenNoProgramWorksAllReasonsAreGiven() {
        PodRules none = new PodRules(without(Set.of("nft", "iptables", "ip6tables")));

        assertThatThrownBy(() -> none.apply(Pods.plan(), Backend.AUTO))
                .isInstanceOf(CaptureFailure.class)
                .hasMessage(
                        "no program could put the rules in place: nft: nft refused the rules: no"
                                + " support; iptables-nft: iptables-nft-save: no support;"
                                + " iptables-legacy: iptables-legacy-save: no support");
        assertThatThrownBy(() -> none.apply(Pods.plan(), Backend.NFT))
                .hasMessage(
                        "no program could put the rules in place: nft: nft refused the rules: no"
                                + " support");
    }

    @Test
    void anotherProgramsRulesAreReplaced() throws CaptureFailure {
        PodRules rules = Pods.rules(pod);
        PodRules legacyOnly = new PodRules(without(Set.of("nft", "iptables-nft", "ip6tables-nft")));
        List<String> tables = new ArrayList<>();

        legacyOnly.apply(Pods.plan(), Backend.AUTO);
        tables.add(tables());
        rules.apply(Pods.plan(), Backend.IPTABLES);
        tables.add(tables());
        rules.apply(Pods.plan(), Backend.NFT);
        tables.add(tables());

        assertThat(tables).containsExactly("legacy", "iptables-nft", "nft");
        rules.remove();
        assertThat(tables()).isEmpty();
    }

    private String tables() {
        List<String> found = new ArrayList<>();
        if (pod.rules().contains("table inet gibbon")) {
            found.add("nft");
        }
        if (pod.rules().contains("GIBBON_")) {
            found.add("iptables-nft");
        }
        if (pod.inside("iptables-legacy-save").contains("GIBBON_")) {
            found.add("legacy");
        }
        return String.join(" ", found);
    }

    @ParameterizedTest
    @CsvSource({"NFT, dport, 192.0.2.0/24", "IPTABLES, dports, 192.0.2.0/24"})
    void everyKindOfExclusionIsTakenByTheKernel(Backend backend, String ports, String block)
            throws CaptureFailure {
        Pods.rules(pod).apply(PodScriptTest.EXCLUDING, backend);

        String rules =
                switch (backend) {
                    case AUTO, NFT -> pod.rules();
                    case IPTABLES -> pod.inside("iptables-nft-save", "-t", "mangle");
                };
        assertThat(rules).contains(ports, "9100", "3030", block).doesNotContain("192.0.2.128");
    }

    @Test
    void rulesOfOthersStay() throws CaptureFailure {
        pod.inside("iptables-nft", "-t", "mangle", "-A", "PREROUTING", "-p", "udp", "-j", "ACCEPT");
        pod.inside("ip", "rule", "add", "pref", "99", "fwmark", "0x7", "lookup", "99");
        String before = others();
        PodRules rules = Pods.rules(pod);

        rules.apply(Pods.plan(), Backend.IPTABLES);
        rules.remove();

        assertThat(others()).isEqualTo(before).contains("-A PREROUTING -p udp", "lookup 99");
    }

    private String others() {
        // iptables leaves chains without rules in a table that others use, and always prints them.
        return pod.inside("iptables-nft-save", "-t", "mangle").replaceAll("(?m)^#.*\n|\\[.*\\]", "")
                + pod.inside("ip", "rule");
    }

    @ParameterizedTest
    @EnumSource
    void legacyRulesCaptureToo(Family family) throws CaptureFailure {
        new PodRules(without(Set.of("nft", "iptables-nft", "ip6tables-nft")))
                .apply(Pods.plan(), Backend.IPTABLES);
        String server = pods.ip(family, pod);
        String plain = pods.ip(family, pods.c());
        pod.serve("app", Pods.any(family), 8080);
        pods.c().serve("plain", Pods.any(family), 8080);

        assertThat(pods.c().dial(Pods.any(family), server, 8080)).isEqualTo("timeout");
        Talker sidecar = Pods.sidecar(pod);
        assertThat(pods.c().dial(Pods.any(family), server, 8080))
                .isEqualTo("app to=" + server + ":8080 from=" + plain);
        assertThat(pod.dial(Pods.any(family), plain, 8080)).startsWith("plain ");
        assertThat(Pods.said(sidecar))
                .containsExactly(
                        "in " + plain + " -> " + server + ":8080",
                        "out " + server + " -> " + plain + ":8080");
    }
}
