package dev.gibbon.capture.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.capture.netns.Namespace;
import dev.gibbon.capture.netns.Namespace.Talker;
import dev.gibbon.capture.program.CaptureFailure;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Real rules, by each kind of program, between namespaces that are set up like pods. */
@Tag("netns")
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ParameterizedClass
@EnumSource(
        value = Backend.class,
        names = {"NFT", "IPTABLES"})
class PodCaptureNamespaceTest {
    @Parameter Backend backend = Backend.AUTO;

    private Pods pods;
    private Namespace a;
    private Namespace b;
    private Namespace c;

    @BeforeAll
    void setUp() {
        pods = new Pods();
        a = pods.a();
        b = pods.b();
        c = pods.c();
    }

    @AfterAll
    void tearDown() {
        pods.close();
    }

    @BeforeEach
    void capture() throws CaptureFailure {
        capture(a, Exclusions.NONE);
        capture(b, Exclusions.NONE);
    }

    @AfterEach
    void stop() {
        pods.stopAll();
    }

    private void capture(Namespace pod, Exclusions exclusions) throws CaptureFailure {
        String by = Pods.rules(pod).apply(PodCapturePlan.of(Pods.spec(exclusions)), backend);
        assertThat(by)
                .isEqualTo(
                        switch (backend) {
                            case AUTO, NFT -> "nft";
                            case IPTABLES -> "iptables-nft";
                        });
    }

    private String dial(Family family, Namespace from, String ip, int port, String... options) {
        return from.dial(Pods.any(family), ip, port, options);
    }

    private static String at(String ip, int port) {
        return ip + ":" + port;
    }

    @ParameterizedTest
    @EnumSource
    void bothSidecarsCatchAConnectionOnceAndTheApplicationSeesItsClient(Family family) {
        String server = pods.ip(family, b);
        String client = pods.ip(family, a);
        Talker near = Pods.sidecar(a);
        Talker far = Pods.sidecar(b);
        b.serve("app", Pods.any(family), 8080);

        assertThat(dial(family, a, server, 8080))
                .isEqualTo("app to=" + at(server, 8080) + " from=" + client);
        assertThat(Pods.said(near)).containsExactly("out " + client + " -> " + at(server, 8080));
        assertThat(Pods.said(far)).containsExactly("in " + client + " -> " + at(server, 8080));
    }

    @ParameterizedTest
    @EnumSource
    void everyPortIsCaughtInboundWhoeverCalls(Family family) {
        String server = pods.ip(family, b);
        Talker far = Pods.sidecar(b);
        b.serve("app", server, 8080);
        b.serve("high", Pods.any(family), 61234);

        assertThat(dial(family, c, server, 8080))
                .isEqualTo("app to=" + at(server, 8080) + " from=" + pods.ip(family, c));
        assertThat(dial(family, c, server, 61234)).startsWith("high ");
        assertThat(dial(family, pods.node(), server, 8080))
                .isEqualTo("app to=" + at(server, 8080) + " from=" + pods.ip(family, pods.node()));
        assertThat(Pods.said(far))
                .containsExactly(
                        "in " + pods.ip(family, c) + " -> " + at(server, 8080),
                        "in " + pods.ip(family, c) + " -> " + at(server, 61234),
                        "in " + pods.ip(family, pods.node()) + " -> " + at(server, 8080));
    }

    @ParameterizedTest
    @EnumSource
    void applicationOnLoopbackAloneIsNotExposed(Family family) {
        String server = pods.ip(family, b);
        Talker far = Pods.sidecar(b);
        b.serve("app", family.loopback(), 8081);

        assertThat(dial(family, c, server, 8081)).isEqualTo("ConnectionResetError");
        assertThat(Pods.said(far))
                .containsExactly("in " + pods.ip(family, c) + " -> " + at(server, 8081));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsExcludedGoesAroundTheSidecar(Family family) throws CaptureFailure {
        String server = pods.ip(family, b);
        String plain = pods.ip(family, c);
        capture(
                a,
                new Exclusions(
                        List.of(),
                        List.of(),
                        List.of(PortRange.of(3306), new PortRange(5000, 5010)),
                        List.of(),
                        List.of(4711L)));
        capture(
                b,
                new Exclusions(
                        List.of(PortRange.of(9090), new PortRange(9100, 9110)),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()));
        Talker near = Pods.sidecar(a);
        Talker far = Pods.sidecar(b);
        for (int port : List.of(53, 3306, 5010, 7000)) {
            c.serve("c" + port, Pods.any(family), port);
        }
        for (int port : List.of(9090, 9105, PodCaptureSpec.STATUS_PORT)) {
            b.serve("b" + port, Pods.any(family), port);
        }

        for (int port : List.of(53, 3306, 5010)) {
            assertThat(dial(family, a, plain, port)).startsWith("c" + port + " ");
        }
        assertThat(dial(family, a, plain, 7000, "uid=4711")).startsWith("c7000 ");
        assertThat(dial(family, a, plain, 7000, "gid=1337")).startsWith("c7000 ");
        for (int port : List.of(9090, 9105, PodCaptureSpec.STATUS_PORT)) {
            assertThat(dial(family, c, server, port)).startsWith("b" + port + " ");
        }
        assertThat(Pods.said(near)).isEmpty();
        assertThat(Pods.said(far)).isEmpty();
        assertThat(dial(family, a, plain, 7000, "gid=1338")).startsWith("c7000 ");
        assertThat(Pods.said(near)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void excludedAddressesGoAroundTheSidecar(Family family) throws CaptureFailure {
        String server = pods.ip(family, b);
        String plain = pods.ip(family, c);
        List<Cidr> others = List.of(Cidr.parse(plain), Cidr.parse("172.16.0.0/12"));
        capture(a, new Exclusions(List.of(), List.of(), List.of(), others, List.of()));
        capture(b, new Exclusions(List.of(), others, List.of(), List.of(), List.of()));
        Talker near = Pods.sidecar(a);
        Talker far = Pods.sidecar(b);
        a.serve("a", Pods.any(family), 8080);
        b.serve("b", Pods.any(family), 8080);
        c.serve("c", Pods.any(family), 8080);

        assertThat(dial(family, a, plain, 8080)).startsWith("c ");
        assertThat(dial(family, c, server, 8080)).startsWith("b ");
        assertThat(Pods.said(near)).isEmpty();
        assertThat(Pods.said(far)).isEmpty();

        assertThat(dial(family, a, server, 8080)).startsWith("b ");
        // A client to which the way out is excluded is captured on its way in all the same.
        assertThat(dial(family, c, pods.ip(family, a), 8080)).startsWith("a ");
        assertThat(Pods.said(near))
                .containsExactly(
                        "out " + pods.ip(family, a) + " -> " + at(server, 8080),
                        "in " + plain + " -> " + at(pods.ip(family, a), 8080));
    }

    @ParameterizedTest
    @EnumSource
    void clusterIpIsSeenByTheClientsSidecarAndThePodsAddressByTheServers(Family family) {
        String service = Pods.clusterIp(family);
        String server = pods.ip(family, b);
        Talker near = Pods.sidecar(a);
        Talker far = Pods.sidecar(b);
        b.serve("app", Pods.any(family), 8080);

        assertThat(dial(family, a, service, 80)).startsWith("app ");
        assertThat(Pods.said(near))
                .containsExactly("out " + pods.ip(family, a) + " -> " + at(service, 80));
        assertThat(Pods.said(far))
                .containsExactly("in " + pods.ip(family, a) + " -> " + at(server, 8080));

        assertThat(dial(family, b, service, 80)).startsWith("app ");
        assertThat(Pods.said(far))
                .containsExactly(
                        "out " + server + " -> " + at(service, 80),
                        "in " + pods.ip(family, pods.node()) + " -> " + at(server, 8080));
    }

    @ParameterizedTest
    @EnumSource
    void connectionsWithinThePodAreLeftAlone(Family family) {
        String own = pods.ip(family, b);
        Talker far = Pods.sidecar(b);
        b.serve("app", Pods.any(family), 8080);

        assertThat(dial(family, b, family.loopback(), 8080))
                .isEqualTo("app to=" + at(family.loopback(), 8080) + " from=" + family.loopback());
        assertThat(dial(family, b, own, 8080))
                .isEqualTo("app to=" + at(own, 8080) + " from=" + own);
        assertThat(Pods.said(far)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void listenersCannotBeDialledThemselves(Family family) {
        String server = pods.ip(family, b);
        Talker far = Pods.sidecar(b);

        assertAllTimeOut(
                b.hold(family.loopback(), 0, family.loopback(), 15001),
                b.hold(family.loopback(), 0, family.loopback(), 15006));
        for (int port : List.of(15001, 15006)) {
            assertThat(dial(family, b, server, port)).isEqualTo("ConnectionRefusedError");
            assertThat(dial(family, c, server, port)).isEqualTo("ConnectionResetError");
        }
        assertThat(Pods.said(far))
                .containsExactly(
                        "in " + pods.ip(family, c) + " -> " + at(server, 15001),
                        "in " + pods.ip(family, c) + " -> " + at(server, 15006));
    }

    @ParameterizedTest
    @EnumSource
    void datagramsAreLeftAlone(Family family) {
        String server = pods.ip(family, b);
        b.python("datagram.py", "serve", Pods.any(family), "5353").untilReady();
        c.python("datagram.py", "serve", Pods.any(family), "53").untilReady();

        assertThat(a.python("datagram.py", "ask", server, "5353").line())
                .isEqualTo("answer to " + pods.ip(family, a));
        assertThat(a.python("datagram.py", "ask", pods.ip(family, c), "53").line())
                .isEqualTo("answer to " + pods.ip(family, a));
    }

    @ParameterizedTest
    @EnumSource
    void connectionsAreCaughtWithSynCookies(Family family) {
        String server = pods.ip(family, b);
        Talker near = Pods.sidecar(a);
        Talker far = Pods.sidecar(b);
        b.serve("app", Pods.any(family), 8080);
        for (Namespace pod : List.of(a, b)) {
            pod.inside("sh", "-c", "echo 2 > /proc/sys/net/ipv4/tcp_syncookies");
        }
        try {
            for (int i = 0; i < 3; i++) {
                assertThat(dial(family, a, server, 8080)).startsWith("app ");
            }
            assertThat(Pods.said(near)).hasSize(3);
            assertThat(Pods.said(far)).hasSize(3);
        } finally {
            for (Namespace pod : List.of(a, b)) {
                pod.inside("sh", "-c", "echo 1 > /proc/sys/net/ipv4/tcp_syncookies");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"IPV4, true", "IPV4, false", "IPV6, true", "IPV6, false"})
    void connectionsOutliveThatTheKernelForgetsThem(Family family, boolean serverFirst) {
        String server = pods.ip(family, b);
        Pods.sidecar(a);
        Pods.sidecar(b);
        Talker app = b.serve("app", Pods.any(family), 8080, "speak");
        Talker client = a.hold(Pods.any(family), 0, server, 8080, serverFirst ? "wait" : "hold");
        assertThat(client.line()).startsWith("app ");

        assertThat(a.python("forget.py").line()).isEqualTo("forgotten");
        assertThat(b.python("forget.py").line()).isEqualTo("forgotten");
        (serverFirst ? app : client).say("still there");

        assertThat(client.line()).isEqualTo("still there");
    }

    @ParameterizedTest
    @EnumSource
    void excludedConnectionsOutliveThatTheKernelForgetsThem(Family family) throws CaptureFailure {
        Pods.sidecar(b);
        capture(
                b,
                new Exclusions(
                        List.of(PortRange.of(9090)), List.of(), List.of(), List.of(), List.of()));
        assertOutlivesBeingForgotten(family, 9090);

        // The way to the client is excluded, and the answers to it must find the sidecar still.
        capture(
                b,
                new Exclusions(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(Cidr.parse(pods.ip(family, c))),
                        List.of()));
        assertOutlivesBeingForgotten(family, 8080);
    }

    private void assertOutlivesBeingForgotten(Family family, int port) {
        b.serve("app", Pods.any(family), port);
        Talker client = c.hold(Pods.any(family), 0, pods.ip(family, b), port, "hold");
        assertThat(client.line()).startsWith("app ");

        assertThat(b.python("forget.py").line()).isEqualTo("forgotten");
        client.say("still there");

        assertThat(client.line()).isEqualTo("still there");
    }

    @ParameterizedTest
    @EnumSource
    void cookieOfTheSidecarOpensNoConnectionToTheApplicationAroundIt(Family family) {
        String server = pods.ip(family, b);
        String client = pods.ip(family, c);
        Talker far = Pods.sidecar(b);
        Talker app = b.serve("app", Pods.any(family), 8080);
        doNotReset(c, 61005);
        b.inside("sh", "-c", "echo 2 > /proc/sys/net/ipv4/tcp_syncookies");
        try {
            // From now on the application's listener knows that it has given out cookies.
            assertThat(dial(family, c, server, 8080)).startsWith("app ");
            assertThat(far.line()).startsWith("in ");
            assertThat(app.line()).isEqualTo("accepted");
            Talker segments = c.python("segment.py", client, "61005", server, "8080");
            segments.say("S");
            assertThat(segments.line()).isEqualTo("SA");
            assertThat(b.python("forget.py").line()).isEqualTo("forgotten");

            segments.say("PA hello");

            assertThat(segments.line()).contains("app to=");
            assertThat(Pods.said(far)).containsExactly("in " + client + " -> " + at(server, 8080));
        } finally {
            b.inside("sh", "-c", "echo 1 > /proc/sys/net/ipv4/tcp_syncookies");
            c.inside("nft", "delete", "table", "inet", "quiet");
        }
    }

    @ParameterizedTest
    @EnumSource
    void cookieOfTheSidecarOpensNothingOnceItIsStopped(Family family) {
        String server = pods.ip(family, b);
        String client = pods.ip(family, c);
        Talker far = Pods.sidecar(b);
        // With iptables, an application that listens at the pod's address alone is not protected.
        Talker app = b.serve("app", backend == Backend.NFT ? server : Pods.any(family), 8080);
        doNotReset(c, 61005);
        b.inside("sh", "-c", "echo 2 > /proc/sys/net/ipv4/tcp_syncookies");
        try {
            assertThat(dial(family, c, server, 8080)).startsWith("app ");
            assertThat(app.line()).isEqualTo("accepted");
            Talker segments = c.python("segment.py", client, "61005", server, "8080");
            segments.say("S");
            assertThat(segments.line()).isEqualTo("SA");
            assertThat(b.python("forget.py").line()).isEqualTo("forgotten");
            far.stop();

            segments.say("PA hello");

            assertThat(segments.line()).isEqualTo("nothing");
            assertThat(app.hasMore()).as("the application has seen a connection").isFalse();
        } finally {
            b.inside("sh", "-c", "echo 1 > /proc/sys/net/ipv4/tcp_syncookies");
            c.inside("nft", "delete", "table", "inet", "quiet");
        }
    }

    /** Keeps the kernel from ending a connection of which it knows nothing. */
    private static void doNotReset(Namespace pod, int port) {
        pod.inside(
                "nft",
                "add table inet quiet; add chain inet quiet out { type filter hook output priority"
                        + " 0; }; add rule inet quiet out tcp sport "
                        + port
                        + " tcp flags & rst == rst drop");
    }

    @ParameterizedTest
    @EnumSource
    void strayPacketsAreAnsweredWithAReset(Family family) {
        doNotReset(c, 61006);
        try {
            Talker segments =
                    c.python(
                            "segment.py", pods.ip(family, c), "61006", pods.ip(family, a), "40000");

            segments.say("SA");

            assertThat(segments.line()).startsWith("R");
        } finally {
            c.inside("nft", "delete", "table", "inet", "quiet");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLeftToSendWhenASocketIsClosedArrives(Family family) {
        String plain = pods.ip(family, c);
        Talker near = Pods.sidecar(a);
        for (String gid : List.of("1337", "1338")) {
            Talker sink = c.python("sink.py", Pods.any(family), gid).untilReady();
            assertThat(a.python("pour.py", plain, gid, "300000", gid).line()).isEqualTo("closed");
            assertThat(sink.line()).isEqualTo("accepted");

            sink.say("go on");

            assertThat(sink.line()).isEqualTo("300000");
        }
        assertThat(Pods.said(near))
                .containsExactly("out " + pods.ip(family, a) + " -> " + at(plain, 1338));
    }

    @ParameterizedTest
    @EnumSource
    void portOfASidecarsConnectionThatWasResetIsCaughtWhenTheApplicationUsesIt(Family family) {
        String plain = pods.ip(family, c);
        Talker near = Pods.sidecar(a);
        c.serve("c", Pods.any(family), 8080, "reset");
        Talker first = a.hold(pods.ip(family, a), 61001, plain, 8080, "gid=1337", "hold");
        assertThat(first.line()).startsWith("c ");
        first.say("reset me");
        assertThat(first.line()).isEqualTo("ConnectionResetError");
        assertThat(Pods.said(near)).isEmpty();

        assertThat(a.hold(pods.ip(family, a), 61001, plain, 8080).line()).startsWith("c ");

        assertThat(Pods.said(near))
                .containsExactly("out " + pods.ip(family, a) + " -> " + at(plain, 8080));
    }

    @ParameterizedTest
    @EnumSource
    void withoutSidecarsNothingGetsAroundThem(Family family) {
        String server = pods.ip(family, b);
        Talker app = b.serve("app", Pods.any(family), 8080);
        Talker plain = c.serve("plain", Pods.any(family), 8080);
        Talker own = a.serve("own", Pods.any(family), 8080);

        assertAllTimeOut(
                c.hold(Pods.any(family), 0, server, 8080),
                a.hold(Pods.any(family), 0, pods.ip(family, c), 8080),
                a.hold(Pods.any(family), 0, server, 8080));
        assertThat(List.of(app, plain, own)).noneMatch(Talker::hasMore);

        Pods.sidecar(b);
        assertThat(dial(family, c, server, 8080)).startsWith("app ");
    }

    @ParameterizedTest
    @EnumSource
    void portOfAnEarlierConnectionIsNoWayAroundSidecarsThatAreStopped(Family family) {
        String server = pods.ip(family, b);
        String plain = pods.ip(family, c);
        Talker near = Pods.sidecar(a, "hangup");
        Talker far = Pods.sidecar(b, "hangup");
        Talker app = b.serve("app", Pods.any(family), 8080);
        c.serve("plain", Pods.any(family), 8080);
        Talker own = a.serve("own", Pods.any(family), 8080);
        leaveTimeWait(c, b, plain, server, 61002);
        leaveTimeWait(a, a, pods.ip(family, a), plain, 61003);
        near.stop();
        far.stop();
        Pods.said(app);

        assertAllTimeOut(
                c.hold(plain, 61002, server, 8080), a.hold(pods.ip(family, a), 61003, plain, 8080));
        assertThat(app.hasMore()).as("around the server's sidecar").isFalse();
        assertThat(own.hasMore()).as("what is meant for others").isFalse();

        Pods.sidecar(a);
        Pods.sidecar(b);
        assertThat(c.hold(plain, 61002, server, 8080).line()).startsWith("app ");
        assertThat(a.hold(pods.ip(family, a), 61003, plain, 8080).line()).startsWith("plain ");
    }

    /** Clients that were started together, so that they wait together. */
    private static void assertAllTimeOut(Talker... clients) {
        for (Talker client : clients) {
            assertThat(client.line()).isEqualTo("timeout");
        }
    }

    /** Has the sidecar in this pod close a connection first. */
    private static void leaveTimeWait(
            Namespace from, Namespace sidecar, String source, String ip, int port) {
        Talker client = from.hold(source, port, ip, 8080, "last");
        assertThat(client.line()).contains(" to=");
        assertThat(client.line()).isEqualTo("closed");
        assertThat(sidecar.inside("ss", "-Htan", "state", "time-wait", "dport", "=", ":" + port))
                .contains(ip);
    }

    @ParameterizedTest
    @EnumSource
    void portsAreReusedAtOnceManyTimes(Family family) {
        String server = pods.ip(family, b);
        Talker near = Pods.sidecar(a, "hangup");
        Talker far = Pods.sidecar(b, "hangup");
        b.serve("app", Pods.any(family), 8080);

        for (int i = 0; i < 5; i++) {
            Talker client = a.hold(pods.ip(family, a), 61004, server, 8080, "last");
            assertThat(client.line()).startsWith("app ");
            assertThat(client.line()).isEqualTo("closed");
        }

        assertThat(Pods.said(near)).hasSize(5);
        assertThat(Pods.said(far)).hasSize(5);
    }

    @Test
    void applyingAgainChangesNothingAndCutsNothing() throws CaptureFailure {
        Pods.sidecar(a);
        Pods.sidecar(b);
        b.serve("app", "0.0.0.0", 8080);
        Talker client = a.hold("0.0.0.0", 0, pods.ip(Family.IPV4, b), 8080, "hold");
        assertThat(client.line()).startsWith("app ");
        String once = withoutCounters(Pods.state(a));

        capture(a, Exclusions.NONE);
        capture(b, Exclusions.NONE);
        client.say("still there");

        assertThat(client.line()).isEqualTo("still there");
        assertThat(withoutCounters(Pods.state(a))).isEqualTo(once);
    }

    private static String withoutCounters(String state) {
        return state.replaceAll("counter packets \\d+ bytes \\d+", "counter");
    }
}
