package dev.gibbon.cli.feed;

import static dev.gibbon.cli.feed.TestMesh.ADDRESS;
import static dev.gibbon.cli.feed.TestMesh.await;
import static dev.gibbon.cli.feed.TestMesh.claim;
import static dev.gibbon.cli.feed.TestMesh.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gibbon.cli.feed.TestMesh.Sidecar;
import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.identity.PeerCheck;
import dev.gibbon.core.identity.PeerVerdict;
import dev.gibbon.core.join.JoinToken;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.sidecar.control.ApplyResult;
import dev.gibbon.sidecar.control.Identity;
import dev.gibbon.sidecar.control.IdentityKeeper.Claim;
import dev.gibbon.sidecar.control.OrderRefusedException;
import dev.gibbon.sidecar.control.OtherAuthorityException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedEndToEndTest {
    @TempDir private Path directory;
    private TestMesh mesh;

    @BeforeEach
    void start() throws IOException {
        mesh = new TestMesh(directory, Duration.ofHours(24));
        mesh.startServer();
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    @Test
    void sidecarOnTheSameHostJoinsWithoutAToken() throws Exception {
        Sidecar sidecar = mesh.sidecar(mesh.local(), claim("b", null, ADDRESS));

        Identity identity = started(sidecar);
        await("workload is fed back", () -> hasWorkload(sidecar));

        assertThat(
                        PeerCheck.check(
                                identity.certificates(),
                                identity.bundle(),
                                mesh.clock.instant(),
                                ADDRESS))
                .isInstanceOf(PeerVerdict.Trusted.class);
        assertThat(mesh.workloads.all()).isEqualTo(sidecar.applied.getLast().workloads());
    }

    /** Speaks as another user by perl, which is part of every Debian; needs root. */
    @Test
    @Tag("netns")
    void localPeerOfAnotherUserIsRefused() throws Exception {
        assumeTrue(
                System.getProperty("user.name").equals("root")
                        && Files.isExecutable(Path.of("/usr/bin/setpriv"))
                        && Files.isExecutable(Path.of("/usr/bin/perl")),
                "needs root, setpriv and perl");
        String script =
                """
                use Socket;
                socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die;
                connect($s, pack_sockaddr_un("\\0" . $ARGV[0])) or die "connect: $!";
                $SIG{PIPE} = 'IGNORE';
                syswrite($s, '{"type":"hello","versions":[1],"kinds":[],"name":"x"}' . "\\n");
                print sysread($s, my $line, 1) ? "served" : "refused";
                """;

        assertThat(speakAs("0", script)).isEqualTo("served");
        assertThat(speakAs("65534", script)).isEqualTo("refused");
        assertThat(mesh.serverLog)
                .anyMatch(line -> line.contains("local peer refused [uid, 65534"))
                .anyMatch(line -> line.endsWith("expected, uid 0]"));
    }

    /** See {@link #localPeerOfAnotherUserIsRefused}. */
    @Test
    @Tag("netns")
    void orderOfAnotherUserIsAnsweredWhoIsServed() throws Exception {
        assumeTrue(
                System.getProperty("user.name").equals("root")
                        && Files.isExecutable(Path.of("/usr/bin/setpriv"))
                        && Files.isExecutable(Path.of("/usr/bin/perl")),
                "needs root, setpriv and perl");
        String script =
                """
                use Socket;
                socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die;
                connect($s, pack_sockaddr_un("\\0" . $ARGV[0])) or die "connect: $!";
                my $b = '{"csr":"","name":"b","addresses":["127.0.0.5"],"workload":[]}';
                syswrite($s, "POST /v1/certificates HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: "
                    . length($b) . "\\r\\n\\r\\n" . $b);
                local $/;
                print <$s>;
                """;

        assertThat(speakAs("65534", script))
                .contains(" 403 ")
                .contains("\"reason\":\"other_user\"")
                .contains("serves sidecars of uid 0 on its own host (got: uid 65534)");
        assertThat(mesh.workloads.all()).isEmpty();
    }

    private String speakAs(String uid, String script) throws Exception {
        Process process =
                new ProcessBuilder(
                                "/usr/bin/setpriv",
                                "--reuid=" + uid,
                                "--clear-groups",
                                "/usr/bin/perl",
                                "-e",
                                script,
                                mesh.localName)
                        .redirectErrorStream(true)
                        .directory(new File("/"))
                        .start();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void sidecarOnAnotherHostJoinsByItsTokenAndFollowsTheFeed() throws Exception {
        JoinToken token = mesh.token("b", Duration.ofMinutes(5), mesh.clock.instant());
        Sidecar sidecar =
                mesh.sidecar(
                        mesh.remote(token.pin(), token.secret()),
                        claim("b", token.secret(), ADDRESS));
        started(sidecar);

        mesh.config = List.of(service("web"));
        mesh.publish();

        await("service arrives", () -> sidecar.services().equals(List.of("web")));
        await(
                "acknowledged",
                () ->
                        Optional.of(mesh.revision.get())
                                .equals(status("b").map(SidecarStatus::acknowledgedRevision)));
        SidecarStatus status = status("b").orElseThrow();
        assertThat(status.addresses()).containsExactly(ADDRESS);
        assertThat(status.connectedSince()).isNotNull();
        assertThat(status.refusal()).isNull();
        assertThat(status.certificateNotAfter())
                .isEqualTo(sidecar.link.identities().current().orElseThrow().notAfter());
    }

    @Test
    void wrongSecretIsRefused() throws Exception {
        JoinToken token = mesh.token("b", Duration.ofMinutes(5), mesh.clock.instant());

        assertThat(refusal(token, claim("b", "guess", ADDRESS)))
                .satisfies(refusal -> assertThat(refusal.refusal().reason()).isEqualTo("unknown"))
                .hasMessageContaining("unknown to this control plane");
    }

    @Test
    void expiredTokenIsRefused() throws Exception {
        JoinToken token =
                mesh.token("b", Duration.ofMinutes(5), mesh.clock.instant().minusSeconds(301));

        assertThat(refusal(token, claim("b", token.secret(), ADDRESS)))
                .satisfies(refusal -> assertThat(refusal.refusal().reason()).isEqualTo("expired"))
                .hasMessageContaining("expired at " + token.expires());
    }

    @Test
    void tokenOfAnotherNameIsRefused() throws Exception {
        JoinToken token = mesh.token("b", Duration.ofMinutes(5), mesh.clock.instant());

        assertThat(refusal(token, claim("c", token.secret(), ADDRESS)))
                .satisfies(
                        refusal -> assertThat(refusal.refusal().reason()).isEqualTo("other_name"))
                .hasMessage("join token: used by c (expected: b)");
    }

    @Test
    void tokenForOtherAddressesIsRefused() throws Exception {
        JoinToken token = mesh.token("b", Duration.ofMinutes(5), mesh.clock.instant());

        assertThat(refusal(token, claim("b", token.secret(), IpAddress.of("127.0.0.6"))))
                .satisfies(refusal ->
                        assertThat(refusal.refusal().reason()).isEqualTo("other_addresses"))
                .hasMessage("join token: used for [127.0.0.6] (expected: among [127.0.0.5])");
        assertThat(mesh.workloads.all()).isEmpty();
    }

    @Test
    void noTokenFromAnotherHostIsRefused() throws Exception {
        JoinToken token = mesh.token("b", Duration.ofMinutes(5), mesh.clock.instant());

        assertThat(refusal(token, claim("b", null, ADDRESS)))
                .hasMessageContaining("gibbon token create");
    }

    @Test
    void controlPlaneOfAnotherAuthorityIsNotBelievedAndNotToldTheSecret() throws Exception {
        JoinToken token = mesh.token("b", Duration.ofMinutes(5), mesh.clock.instant());
        Sidecar sidecar =
                mesh.sidecar(
                        mesh.remote("A".repeat(43), token.secret()),
                        claim("b", token.secret(), ADDRESS));

        CompletableFuture<Identity> first = sidecar.link.start();

        assertThat(first)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(OtherAuthorityException.class)
                .withMessageContaining("not the one of the join token");
        assertThat(sidecar.log.toString()).doesNotContain(token.secret());
        assertThat(mesh.serverLog.toString()).doesNotContain("certificate signed");
    }

    @Test
    void secretOfATokenIsNotLoggedByEitherEnd() throws Exception {
        JoinToken token = mesh.token("b", Duration.ofMinutes(5), mesh.clock.instant());
        Sidecar sidecar =
                mesh.sidecar(
                        mesh.remote(token.pin(), token.secret()),
                        claim("b", token.secret(), ADDRESS));
        started(sidecar);

        assertThat(mesh.serverLog.stream().filter(line -> line.contains("certificate signed")))
                .hasSize(1);
        assertThat(mesh.serverLog.toString()).doesNotContain(token.secret());
        assertThat(sidecar.log.toString()).doesNotContain(token.secret());
    }

    @Test
    void sidecarGoesOnWithoutItsControlPlaneAndCatchesUp() throws Exception {
        mesh.config = List.of(service("one"));
        mesh.publish();
        Sidecar sidecar = mesh.sidecar(mesh.local(), claim("b", null, ADDRESS));
        started(sidecar);
        await("first state", () -> sidecar.services().equals(List.of("one")));

        mesh.stopServer();
        await(
                "loss is noticed",
                () -> sidecar.log.stream().anyMatch(line -> line.contains("not reached")));
        assertThat(sidecar.services()).containsExactly("one");

        mesh.config = List.of(service("two"));
        mesh.startServer();
        await("new state", () -> sidecar.services().equals(List.of("two")));
        assertThat(sidecar.log).anyMatch(line -> line.contains("control plane reached"));
    }

    @Test
    void afterARestartWithoutAChangeItIsKnownWhatTheSidecarRuns() throws Exception {
        Sidecar sidecar = mesh.sidecar(mesh.local(), claim("b", null, ADDRESS));
        started(sidecar);
        await("workload is fed back", () -> hasWorkload(sidecar));

        mesh.stopServer();
        mesh.startServer();

        await(
                "the last revision is acknowledged",
                () ->
                        status("b")
                                .map(SidecarStatus::acknowledgedRevision)
                                .equals(Optional.of(mesh.revision.get())));
    }

    @Test
    void remoteSidecarReconnectsByItsCertificate() throws Exception {
        JoinToken token = mesh.token("b", Duration.ofMinutes(5), mesh.clock.instant());
        Sidecar sidecar =
                mesh.sidecar(
                        mesh.remote(token.pin(), token.secret()),
                        claim("b", token.secret(), ADDRESS));
        started(sidecar);
        await("first state", () -> !sidecar.applied.isEmpty());
        mesh.stopServer();

        mesh.config = List.of(service("two"));
        mesh.startServer();

        await("new state", () -> sidecar.services().equals(List.of("two")));
    }

    @Test
    void workloadStaysMeshedWhenItsSidecarIsGone() throws Exception {
        Sidecar sidecar = mesh.sidecar(mesh.local(), claim("b", null, ADDRESS));
        Sidecar other = mesh.sidecar(mesh.local(), claim("a", null, IpAddress.of("127.0.0.2")));
        started(other);
        started(sidecar);
        await("b is known to a", () -> hasWorkload(other));

        sidecar.close();
        await("b is gone", () -> status("b").map(SidecarStatus::connectedSince).isEmpty());
        mesh.publish();

        await(
                "a has the last revision",
                () ->
                        status("a")
                                .map(SidecarStatus::acknowledgedRevision)
                                .equals(Optional.of(mesh.revision.get())));
        assertThat(other.applied.getLast().workloads()).hasSize(2);

        mesh.workloads.remove("b");
        mesh.publish();
        await("a forgets b", () -> other.applied.getLast().workloads().size() == 1);
    }

    @Test
    void secondSidecarOfANameIsRefusedUntilTheConnectedOneStops() throws Exception {
        Sidecar first = mesh.sidecar(mesh.local(), claim("b", null, ADDRESS));
        started(first);
        await("b is connected", () -> connected("b"));
        Claim other = claim("b", null, IpAddress.of("127.0.0.6"));
        Sidecar second = mesh.sidecar(mesh.local(), other);

        assertThat(second.link.start())
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(OrderRefusedException.class)
                .withMessageContaining("a sidecar of this name is connected");
        second.close();
        assertThat(mesh.workloads.all())
                .extracting(WorkloadResource::sources)
                .containsExactly(List.of(ADDRESS));

        first.close();
        started(mesh.sidecar(mesh.local(), other));
        assertThat(mesh.workloads.all())
                .extracting(WorkloadResource::sources)
                .containsExactly(List.of(IpAddress.of("127.0.0.6")));
    }

    /** A control plane that has just started does not know yet whom it has lost. */
    @Test
    void otherClaimsUnderAKnownNameWaitAfterARestartUntilTheSidecarCouldHaveComeBack()
            throws Exception {
        Sidecar first = mesh.sidecar(mesh.local(), claim("b", null, ADDRESS));
        started(first);
        first.close();
        mesh.stopServer();
        long restarted = System.nanoTime();
        mesh.startServer();

        mesh.sidecar(mesh.local(), claim("b", null, IpAddress.of("127.0.0.6")))
                .link
                .start()
                .get(30, TimeUnit.SECONDS);

        assertThat(Duration.ofNanos(System.nanoTime() - restarted))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(7));
        assertThat(mesh.workloads.all())
                .extracting(WorkloadResource::sources)
                .containsExactly(List.of(IpAddress.of("127.0.0.6")));
    }

    private boolean connected(String name) {
        return status(name).map(SidecarStatus::connectedSince).isPresent();
    }

    @Test
    void refusedConfigurationIsReportedAndTheNextOneTaken() throws Exception {
        Sidecar sidecar =
                mesh.sidecar(
                        mesh.local(),
                        claim("b", null, ADDRESS),
                        config ->
                                config.services().stream().anyMatch(one -> "bad".equals(one.name()))
                                        ? new ApplyResult.Rejected("no bad services")
                                        : new ApplyResult.Applied());
        started(sidecar);
        await("first state", () -> !sidecar.applied.isEmpty());

        mesh.config = List.of(service("bad"));
        mesh.publish();
        await(
                "refusal is known",
                () ->
                        status("b")
                                .map(SidecarStatus::refusal)
                                .equals(Optional.of("no bad services")));
        assertThat(sidecar.services()).isEmpty();

        mesh.config = List.of(service("good"));
        mesh.publish();
        await("good one is taken", () -> sidecar.services().equals(List.of("good")));
        await("refusal is over", () -> status("b").map(SidecarStatus::refusal).isEmpty());
    }

    @Test
    void newAuthorityIsTrustedWithoutANewCertificate() throws Exception {
        Sidecar sidecar = mesh.sidecar(mesh.local(), claim("b", null, ADDRESS));
        Identity before = started(sidecar);
        await("first state", () -> !sidecar.applied.isEmpty());
        X509Certificate further;
        try (TestMesh other = new TestMesh(directory.resolve("other"), Duration.ofHours(1))) {
            further = other.authority.bundle().roots().getFirst();
        }

        mesh.authority.trust(further);
        mesh.publish();

        await(
                "bundle has two roots",
                () ->
                        sidecar.link.identities().current().orElseThrow().bundle().roots().size()
                                == 2);
        assertThat(sidecar.link.identities().current().orElseThrow().certificates())
                .isEqualTo(before.certificates());
    }

    @Test
    void certificateIsRenewedAgainAndAgainBeforeItEnds() throws Exception {
        mesh.close();
        mesh = new TestMesh(directory.resolve("short"), Duration.ofSeconds(4));
        mesh.startServer();
        JoinToken token = mesh.token("b", Duration.ofMinutes(5), mesh.clock.instant());
        Sidecar sidecar =
                mesh.sidecar(
                        mesh.remote(token.pin(), token.secret()),
                        claim("b", token.secret(), ADDRESS));
        List<Identity> identities = new CopyOnWriteArrayList<>();
        List<Boolean> inTime = new CopyOnWriteArrayList<>();
        sidecar.link
                .identities()
                .onChange(identity -> {
                    if (!identities.isEmpty()) {
                        inTime.add(mesh.clock.instant().isBefore(identities.getLast().notAfter()));
                    }
                    identities.add(identity);
                });

        started(sidecar);
        await("third certificate", () -> identities.size() >= 3);

        assertThat(inTime).doesNotContain(false);
        assertThat(identities.stream().map(Identity::key).distinct()).hasSize(identities.size());
        assertThat(
                        identities.stream()
                                .map(one -> one.certificates().getFirst().getSerialNumber())
                                .distinct())
                .hasSize(identities.size());
    }

    @Test
    void keyOfASidecarIsNowhereOnDiskAndTheAuthoritysIsPrivate() throws Exception {
        Sidecar sidecar = mesh.sidecar(mesh.local(), claim("b", null, ADDRESS));
        Identity identity = started(sidecar);

        byte[] der = identity.key().getEncoded();
        // The secret number stands at bytes 36 to 68 of PKCS#8; three alignments of base64.
        List<String> traces = new ArrayList<>();
        for (int shift = 0; shift < 3; shift++) {
            byte[] part = Arrays.copyOfRange(der, 39 + shift, 60 + shift);
            traces.add(Base64.getEncoder().encodeToString(part));
        }
        traces.add(new String(Arrays.copyOfRange(der, 40, 60), StandardCharsets.ISO_8859_1));
        List<Path> files;
        try (Stream<Path> tree = Files.walk(directory)) {
            files = tree.filter(Files::isRegularFile).toList();
        }

        assertThat(files).isNotEmpty();
        for (Path file : files) {
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            String joined = text.replaceAll("\\s", "");
            assertThat(traces).noneMatch(trace -> text.contains(trace) || joined.contains(trace));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(identity.toString()).doesNotContain("PrivateKey");
    }

    private static boolean hasWorkload(Sidecar sidecar) {
        return !sidecar.applied.isEmpty()
                && sidecar.applied.getLast().workloads().stream()
                        .anyMatch(workload -> workload.name().equals("b"));
    }

    private Optional<SidecarStatus> status(String name) {
        return mesh.server().sidecars().stream()
                .filter(status -> status.name().equals(name))
                .findFirst();
    }

    private static Identity started(Sidecar sidecar) throws Exception {
        return sidecar.link.start().get(10, TimeUnit.SECONDS);
    }

    private OrderRefusedException refusal(JoinToken token, Claim claim) throws Exception {
        Sidecar sidecar = mesh.sidecar(mesh.remote(token.pin(), token.secret()), claim);
        try {
            sidecar.link.start().get(10, TimeUnit.SECONDS);
            throw new AssertionError("a certificate was signed");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OrderRefusedException refused) {
                return refused;
            }
            throw e;
        }
    }
}
