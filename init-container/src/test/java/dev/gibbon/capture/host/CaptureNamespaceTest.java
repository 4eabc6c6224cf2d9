package dev.gibbon.capture.host;

import static dev.gibbon.capture.host.Specs.at;
import static dev.gibbon.capture.host.Specs.ip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.capture.netns.Namespace;
import dev.gibbon.capture.netns.Namespace.Talker;
import dev.gibbon.capture.program.CaptureFailure;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real rules in a real kernel. */
@Tag("netns")
@Timeout(60)
class CaptureNamespaceTest {
    private static final CapturePlan TUTORIAL = CapturePlan.of(Specs.tutorial());

    private Namespace namespace;

    @BeforeEach
    void enter() {
        namespace = new Namespace();
        for (int i = 2; i <= 9; i++) {
            namespace.inside("ip", "addr", "add", "fd00::" + i + "/128", "dev", "lo", "nodad");
        }
    }

    @AfterEach
    void leave() {
        namespace.close();
    }

    private Nft nft() {
        return Nft.ofCommand(namespace.command("nft"));
    }

    @Test
    void applyingTwiceGivesTheSameRulesAndRemovingLeavesNothing() throws CaptureFailure {
        namespace.inside("nft", "add", "table", "inet", "other");
        String before = namespace.rules();

        nft().remove();
        assertThat(namespace.rules()).isEqualTo(before);

        nft().apply(CapturePlan.of(Specs.tutorial("127.0.0.4")));
        nft().apply(TUTORIAL);
        String once = namespace.rules();
        nft().apply(TUTORIAL);
        assertThat(namespace.rules()).isEqualTo(once).contains("table inet gibbon", "tproxy");
        assertThat(once.lines().filter(line -> line.contains("tproxy"))).hasSize(16);

        nft().remove();
        assertThat(namespace.rules()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.2, 127.0.0.3, 127.0.0.5, 127.0.0.4",
        "fd00::2, fd00::3, fd00::5, fd00::4",
    })
    void eachSidecarCatchesItsLegWithTheOriginalDestination(
            String client, String near, String workload, String far) throws CaptureFailure {
        namespace.serve("service", workload, 19000);
        namespace.serve("near", near, 9000, "transparent");
        namespace.serve("far", far, 9000, "transparent");
        assertThat(namespace.dial(client, workload, 19000))
                .isEqualTo("service to=" + workload + ":19000 from=" + client);

        nft().apply(CapturePlan.of(Specs.pairs(client, near, workload, far)));

        assertThat(namespace.dial(client, workload, 19000))
                .isEqualTo("near to=" + workload + ":19000 from=" + client);
        assertThat(namespace.dial(near, workload, 19000))
                .isEqualTo("far to=" + workload + ":19000 from=" + near);
        assertThat(namespace.dial(far, workload, 19000)).startsWith("far ");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.2, 127.0.0.3, 127.0.0.5, 127.0.0.4",
        "fd00::2, fd00::3, fd00::5, fd00::4",
    })
    void markedSocketReachesTheServiceEvenFromTheClientsAddress(
            String client, String near, String workload, String far) throws CaptureFailure {
        namespace.serve("service", workload, 19000);
        nft().apply(CapturePlan.of(Specs.pairs(client, near, workload, far)));
        String mark = "mark=" + CapturePlan.BYPASS_MARK;

        assertThat(namespace.dial(client, workload, 19000, mark))
                .isEqualTo("service to=" + workload + ":19000 from=" + client);
        assertThat(namespace.dial(far, workload, 19000, mark))
                .isEqualTo("service to=" + workload + ":19000 from=" + far);
        assertThat(namespace.dial(client, workload, 19000, "mark=" + 0x800)).isEqualTo("timeout");
    }

    @Test
    void exemptSourceReachesTheServiceWithoutAMark() throws CaptureFailure {
        namespace.serve("service", "127.0.0.5", 19000);
        nft().apply(CapturePlan.of(Specs.tutorial("127.0.0.4")));

        assertThat(namespace.dial("127.0.0.4", "127.0.0.5", 19000))
                .isEqualTo("service to=127.0.0.5:19000 from=127.0.0.4");
        assertThat(namespace.dial("127.0.0.3", "127.0.0.5", 19000)).isEqualTo("timeout");
    }

    @Test
    void withoutSidecarsNobodyReachesTheServiceAroundThem() throws CaptureFailure {
        Talker service = namespace.serve("service", "127.0.0.5", 19000);
        nft().apply(TUTORIAL);

        assertThat(namespace.dial("127.0.0.2", "127.0.0.5", 19000)).isEqualTo("timeout");
        assertThat(namespace.dial("127.0.0.9", "127.0.0.5", 19000)).isEqualTo("timeout");
        assertThat(service.hasMore()).as("the service has seen a connection").isFalse();

        nft().remove();
        assertThat(namespace.dial("127.0.0.2", "127.0.0.5", 19000)).startsWith("service ");
        assertThat(service.line()).isEqualTo("accepted");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.2, 127.0.0.3, 127.0.0.5, 127.0.0.4",
        "fd00::2, fd00::3, fd00::5, fd00::4",
    })
    void portOfAnEarlierConnectionIsNoWayAroundSidecarsThatAreStopped(
            String client, String near, String workload, String far) throws CaptureFailure {
        Talker service = namespace.serve("service", workload, 19000);
        Talker nearSidecar = namespace.serve("near", near, 9000, "transparent", "hangup");
        Talker farSidecar = namespace.serve("far", far, 9000, "transparent", "hangup");
        nft().apply(CapturePlan.of(Specs.pairs(client, near, workload, far)));
        assertThat(namespace.leaveTimeWait(client, 45678, workload, 19000)).startsWith("near ");
        assertThat(namespace.leaveTimeWait(near, 45679, workload, 19000)).startsWith("far ");
        nearSidecar.stop();
        farSidecar.stop();

        assertThat(namespace.hold(client, 45678, workload, 19000).line()).isEqualTo("timeout");
        assertThat(namespace.hold(near, 45679, workload, 19000).line()).isEqualTo("timeout");
        assertThat(service.hasMore()).as("the service has seen a connection").isFalse();
        assertThat(namespace.timeWaits(19000)).hasLineCount(2);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.2, 127.0.0.3, 127.0.0.5, 127.0.0.4",
        "fd00::2, fd00::3, fd00::5, fd00::4",
    })
    void portOfAnEarlierConnectionReachesASidecarThatListens(
            String client, String near, String workload, String far) throws CaptureFailure {
        namespace.serve("service", workload, 19000);
        Talker first = namespace.serve("first", near, 9000, "transparent", "hangup");
        nft().apply(CapturePlan.of(Specs.pairs(client, near, workload, far)));
        assertThat(namespace.leaveTimeWait(client, 45678, workload, 19000)).startsWith("first ");
        assertThat(namespace.leaveTimeWait(client, 45678, workload, 19000)).startsWith("first ");

        first.stop();
        namespace.serve("second", near, 9000, "transparent");

        Talker again = namespace.hold(client, 45678, workload, 19000, "hold");
        assertThat(again.line()).isEqualTo("second to=" + workload + ":19000 from=" + client);
        again.say("both ways");
        assertThat(again.line()).isEqualTo("both ways");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.2, 127.0.0.3, 127.0.0.5, 127.0.0.4",
        "fd00::2, fd00::3, fd00::5, fd00::4",
    })
    void portOfAnEarlierConnectionToTheServiceReachesTheSidecar(
            String client, String near, String workload, String far) throws CaptureFailure {
        namespace.serve("service", workload, 19000, "hangup");
        assertThat(namespace.leaveTimeWait(client, 45678, workload, 19000)).startsWith("service ");
        nft().apply(CapturePlan.of(Specs.pairs(client, near, workload, far)));
        assertThat(namespace.hold(client, 45678, workload, 19000).line()).isEqualTo("timeout");

        namespace.serve("near", near, 9000, "transparent");

        assertThat(namespace.hold(client, 45678, workload, 19000).line()).startsWith("near ");
    }

    @Test
    void listenerThatIsNotTransparentCatchesNothingAndLetsNothingThrough() throws CaptureFailure {
        namespace.serve("service", "127.0.0.5", 19000);
        namespace.serve("far", "127.0.0.4", 9000);
        nft().apply(TUTORIAL);

        assertThat(namespace.dial("127.0.0.9", "127.0.0.5", 19000)).isEqualTo("timeout");
    }

    @Test
    void otherPortsAndOtherAddressesAreLeftAlone() throws CaptureFailure {
        namespace.serve("service", "127.0.0.5", 19001);
        namespace.serve("other", "127.0.0.6", 19000);
        nft().apply(TUTORIAL);

        assertThat(namespace.dial("127.0.0.2", "127.0.0.5", 19001)).startsWith("service ");
        assertThat(namespace.dial("127.0.0.9", "127.0.0.6", 19000)).startsWith("other ");
    }

    @Test
    void connectionsThatExistAreNotCut() throws CaptureFailure {
        namespace.serve("service", "127.0.0.5", 19000);
        Talker client = namespace.hold("127.0.0.2", 0, "127.0.0.5", 19000, "hold");
        assertThat(client.line()).startsWith("service ");

        nft().apply(TUTORIAL);
        client.say("still there");

        assertThat(client.line()).isEqualTo("still there");
    }

    @Test
    void repliesToAPortThatIsCapturedElsewhereArrive() throws CaptureFailure {
        namespace.serve("plain", "127.0.0.2", 5000);
        namespace.serve("near", "127.0.0.3", 9000, "transparent");
        nft().apply(TUTORIAL);

        assertThat(namespace.hold("127.0.0.9", 19000, "127.0.0.2", 5000).line())
                .isEqualTo("plain to=127.0.0.2:5000 from=127.0.0.9");
    }

    @Test
    void inboundAloneCatchesClientsThatHaveNoSidecar() throws CaptureFailure {
        namespace.serve("far", "127.0.0.4", 8000, "transparent");
        nft().apply(
                        CapturePlan.of(
                                new CaptureSpec(
                                        List.of(),
                                        List.of(
                                                new CaptureSpec.Inbound(
                                                        ip("127.0.0.5"),
                                                        80,
                                                        at("127.0.0.4", 8000))),
                                        Set.of())));

        assertThat(namespace.dial("127.0.0.2", "127.0.0.5", 80))
                .isEqualTo("far to=127.0.0.5:80 from=127.0.0.2");
    }
}
