package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Certificates of seconds are renewed while connections come and go. */
@Tag("netns")
@Tag("slow")
final class CertificateRenewalTest {
    private static final int LIFETIME_SECONDS = 4;
    private static final int RENEWALS = 8;

    @RegisterExtension
    static final TestMesh MESH =
            TestMesh.declared()
                    .withControlPlane("GIBBON_CERTIFICATE_LIFETIME", LIFETIME_SECONDS + "s");

    @Test
    void noConnectionFailsWhileCertificatesAreRenewed() throws Exception {
        try (StreamServer server =
                StreamServer.on(
                        TestMesh.TCP,
                        socket ->
                                RandomBytes.echo(
                                        socket.getInputStream(), socket.getOutputStream()))) {
            EchoLoad steady = EchoLoad.steady(4, TestMesh.TCP);
            EchoLoad fresh = EchoLoad.fresh(2, TestMesh.TCP);
            Set<String> certificates = new HashSet<>();
            Until.holds(
                    "each sidecar has had " + RENEWALS + " certificates",
                    () -> {
                        for (JsonNode sidecar : MESH.admin().sidecars().path("sidecars")) {
                            certificates.add(
                                    sidecar.path("name").asText()
                                            + " "
                                            + sidecar.path("certificate_not_after").asText());
                        }
                        return count(certificates, "gibbon-a") >= RENEWALS
                                && count(certificates, "gibbon-b") >= RENEWALS;
                    });
            fresh.stop();
            steady.stop();

            assertThat(fresh.errors()).isEmpty();
            assertThat(steady.errors()).isEmpty();
            assertThat(server.failures()).isEmpty();
            assertThat(fresh.connections()).isGreaterThan(100);
            Figures.print(
                    RENEWALS + " certificates of " + LIFETIME_SECONDS + " s for each sidecar",
                    fresh.connections() + " new connections, 0 failed");
        }
        assertThat(MESH.admin().sidecars().path("sidecars")).hasSizeGreaterThanOrEqualTo(2);
        keysStayInMemory();
    }

    private static long count(Set<String> certificates, String name) {
        return certificates.stream().filter(one -> one.startsWith(name + " ")).count();
    }

    private static void keysStayInMemory() throws Exception {
        for (TestNode sidecar : new TestNode[] {MESH.a(), MESH.b()}) {
            assertThat(KeyScan.under(sidecar.prefix())).isEmpty();
            assertThat(KeyScan.holdsKey(Path.of("/proc/" + sidecar.pid() + "/environ"))).isFalse();
            assertThat(KeyScan.holdsKey(Path.of("/proc/" + sidecar.pid() + "/cmdline"))).isFalse();
        }
        // What the scan would have found, had it been there.
        assertThat(KeyScan.under(MESH.controlPlane().prefix())).isNotEmpty();
    }
}
