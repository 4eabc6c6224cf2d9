package dev.gibbon.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.capture.netns.Namespace;
import dev.gibbon.capture.pod.Pods;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program itself, in namespaces and with the privileges of a container. */
@Tag("netns")
@Timeout(60)
class PodCaptureTest {
    private static final String ARRIVED =
            "capture is active: 192.0.2.2:1404 arrived at 127.0.0.1:15001,"
                    + " [2001:db8:0:0:0:0:0:2]:1404 arrived at [0:0:0:0:0:0:0:1]:15001\n";

    private Pods pods;
    private Namespace pod;

    /** How a run has ended. */
    private record Result(int exitCode, String out, String err) {}

    @BeforeEach
    void setUp() {
        pods = new Pods();
        pod = pods.a();
    }

    @AfterEach
    void tearDown() {
        pods.close();
    }

    @ParameterizedTest
    @CsvSource({"auto, nft", "nft, nft", "iptables, iptables-nft"})
    void applyEndsWithACheckAndRemoveLeavesNothing(String backend, String program) {
        String before = Pods.state(pod);

        assertThat(run(List.of(), "apply", "--backend", backend))
                .isEqualTo(
                        new Result(
                                0,
                                "capture applied by " + program + " for IPv4 and IPv6\n" + ARRIVED,
                                ""));
        assertThat(run(List.of(), "verify")).isEqualTo(new Result(0, ARRIVED, ""));
        assertThat(Pods.state(pod)).isNotEqualTo(before);

        assertThat(run(List.of(), "remove")).isEqualTo(new Result(0, "capture removed\n", ""));
        assertThat(Pods.state(pod)).isEqualTo(before);
        assertThat(run(List.of(), "remove").exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void netAdminIsEnoughOnAReadOnlyRootWithoutNewPrivileges(String backend) {
        String before = Pods.state(pod);
        List<String> container =
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind / / && mount -o remount,bind,ro / && exec \"$@\"",
                        "sh",
                        "setpriv",
                        "--no-new-privs",
                        "--inh-caps=-all",
                        "--bounding-set=-all,+net_admin");

        Result applied = run(container, "apply", "--backend", backend);
        assertThat(applied.err()).isEmpty();
        assertThat(applied.out()).endsWith(ARRIVED);
        assertThat(run(container, "remove").exitCode()).isZero();
        assertThat(Pods.state(pod)).isEqualTo(before);
    }

    @Test
    void withoutNetAdminItSaysSo() {
        Result result =
                run(List.of("setpriv", "--inh-caps=-all", "--bounding-set=-all,+net_raw"), "apply");

        assertThat(result)
                .isEqualTo(
                        new Result(
                                1,
                                "",
                                "gibbon-capture: ip route replace for IPv4 failed: RTNETLINK"
                                        + " answers: Operation not permitted (give the container"
                                        + " CAP_NET_ADMIN)\n"));
    }

    @Test
    void networkOfANodeIsLeftAlone() {
        pod.inside("nft", "add table ip nat; add chain ip nat KUBE-SERVICES");
        String before = Pods.state(pod);

        assertThat(run(List.of(), "apply"))
                .isEqualTo(
                        new Result(
                                1,
                                "",
                                "gibbon-capture: this is the network of a node, for it has"
                                        + " KUBE-SERVICES (expected: a pod's own; leave pods with"
                                        + " hostNetwork out of the mesh)\n"));
        assertThat(Pods.state(pod)).isEqualTo(before);
    }

    @Test
    void checkFailsWithoutRules() {
        Result result = run(List.of(), "verify");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith(
                        "gibbon-capture: capture is not active: a connection to 192.0.2.2:1404 did"
                                + " not arrive at 127.0.0.1:15001: ")
                .hasLineCount(1);
    }

    @Test
    void checkFailsWhenOneFamilyIsNotCaptured() {
        assertThat(run(List.of(), "apply").exitCode()).isZero();
        pod.inside("ip", "-6", "rule", "del", "pref", "100");

        Result result = run(List.of(), "verify");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith(
                        "gibbon-capture: capture is not active: a connection to"
                                + " [2001:db8:0:0:0:0:0:2]:1404 did not arrive at"
                                + " [0:0:0:0:0:0:0:1]:15001: ")
                .hasLineCount(1);
    }

    @Test
    void checkGoesAroundWhatIsExcluded() {
        assertThat(
                        run(
                                        List.of(),
                                        "apply",
                                        "--exclude-outbound-cidrs",
                                        "192.0.2.0/24,2001:db8::/32",
                                        "--exclude-outbound-ports",
                                        "1000-1500")
                                .out())
                .endsWith(
                        "198.51.100.2:1501 arrived at 127.0.0.1:15001, [3fff:0:0:0:0:0:0:2]:1501"
                                + " arrived at [0:0:0:0:0:0:0:1]:15001\n");
        assertThat(run(List.of(), "apply", "--exclude-outbound-ports", "1-65535").out())
                .endsWith(
                        "capture is active: nothing to check, for all outbound ports are excluded\n");
    }

    @Test
    void checkNeedsAProcessThatIsCaptured() {
        assertThat(run(List.of("setpriv", "--regid", "1337", "--clear-groups"), "verify").err())
                .isEqualTo(
                        "gibbon-capture: cannot check as gid 1337, which is the sidecar's and not"
                                + " captured (run as another group)\n");
        assertThat(run(List.of(), "verify", "--exclude-outbound-uids", "0").err())
                .isEqualTo(
                        "gibbon-capture: cannot check as uid 0, which is excluded (run as another"
                                + " user)\n");
    }

    @Test
    void checkWorksBesideASidecarThatListens() {
        assertThat(run(List.of(), "apply").exitCode()).isZero();
        Pods.sidecar(pod);

        Result again = run(List.of(), "apply");
        assertThat(again.err()).isEmpty();
        assertThat(again.out())
                .contains("192.0.2.2:1404 was accepted by who listens at 127.0.0.1:15001");
        pod.inside("ip", "-4", "rule", "del", "pref", "100");
        assertThat(run(List.of(), "verify").exitCode()).isEqualTo(1);
    }

    @Test
    void familyThatIsOffIsLeftOut() {
        pod.inside("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6");

        Result result = run(List.of(), "apply");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .isEqualTo(
                        """
                        capture applied by nft for IPv4
                        capture is active: 192.0.2.2:1404 arrived at 127.0.0.1:15001
                        """);
        assertThat(pod.inside("ip", "-6", "rule")).doesNotContain("lookup 100");
        assertThat(run(List.of(), "remove").exitCode()).isZero();
    }

    @Test
    void familyWithoutAWayOutIsCapturedAndNotChecked() {
        pod.inside("ip", "-6", "route", "del", "default");

        assertThat(run(List.of(), "apply").out())
                .isEqualTo(
                        """
                        capture applied by nft for IPv4 and IPv6
                        capture is active: 192.0.2.2:1404 arrived at 127.0.0.1:15001
                        """);

        pod.inside("ip", "-4", "route", "del", "default");
        assertThat(run(List.of(), "verify").err())
                .isEqualTo(
                        "gibbon-capture: cannot check capture, for there is no route to"
                                + " 192.0.2.2:1404 nor [2001:db8:0:0:0:0:0:2]:1404 (expected: a"
                                + " default route in the pod)\n");
    }

    @Test
    void mistakesAreOneSentenceAndChangeNothing() {
        String before = Pods.state(pod);

        assertThat(run(List.of(), "apply", "--exclude-inbound-ports", "80;\ndrop"))
                .isEqualTo(
                        new Result(
                                1,
                                "",
                                "gibbon-capture: --exclude-inbound-ports: port \"80;?drop\""
                                        + " (expected: e.g. 9090 or 9100-9110)\n"));
        assertThat(Pods.state(pod)).isEqualTo(before);
    }

    @Test
    void printShowsWhatApplyWouldDoAndDoesNothing() {
        String before = Pods.state(pod);

        assertThat(run(List.of(), "print").out())
                .contains("ip -6 rule add pref 100", "table inet gibbon {")
                .doesNotContain("*mangle");
        assertThat(run(List.of(), "print", "--backend", "iptables").out())
                .contains("*mangle", "--on-ip ::1")
                .doesNotContain("table inet");
        assertThat(Pods.state(pod)).isEqualTo(before);
    }

    private Result run(List<String> container, String... words) {
        List<String> line = new ArrayList<>(pod.command());
        line.addAll(container);
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        "target/classes",
                        "dev.gibbon.capture.PodCapture"));
        line.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(line).start();
            process.getOutputStream().close();
            String out =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err =
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Result(process.exitValue(), out, err);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(line.toString(), e);
        }
    }
}
