package dev.gibbon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.SecretDirectory;
import dev.gibbon.controlplane.authority.WorkloadDocument;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LostAuthorityTest {
    @TempDir private Path folder;
    private SecretDirectory secrets;

    @BeforeEach
    void open() {
        secrets = new SecretDirectory(folder);
    }

    @Test
    void theFirstStartHasNothingToLose() throws IOException {
        LostAuthority.refuse(secrets, 0);
    }

    @Test
    void aControlPlaneWithItsAuthorityStarts() throws IOException {
        makeAuthority();

        LostAuthority.refuse(secrets, 7);
    }

    @Test
    void aConfigurationWithoutAnAuthorityIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> LostAuthority.refuse(secrets, 7))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("authority.pem: missing, though there is a configuration")
                .hasMessageContaining("backup")
                .hasMessageContaining("data/authority/new-authority");
    }

    @Test
    void workloadsWithoutAnAuthorityAreRefused() throws IOException {
        new WorkloadDocument(secrets)
                .put(
                        new WorkloadResource(
                                "b",
                                SpiffeId.host(new TrustDomain("mesh-4f1c09a2b7de"), "b"),
                                List.of(),
                                List.of()));

        assertThatThrownBy(() -> LostAuthority.refuse(secrets, 0))
                .hasMessageStartingWith("authority.pem: missing, though workloads have joined");
    }

    @Test
    void whoAsksForANewTrustDomainGetsOneOnce() throws IOException {
        Files.createFile(folder.resolve("new-authority"));

        LostAuthority.refuse(secrets, 7);

        assertThatThrownBy(() -> LostAuthority.refuse(secrets, 7)).isInstanceOf(IOException.class);
        assertThat(folder.resolve("new-authority")).hasContent("used\n");
    }

    private void makeAuthority() throws IOException {
        CertificateAuthority.open(
                secrets,
                InstantSource.system(),
                new SecureRandom(),
                CertificateAuthority.DEFAULT_LIFETIME);
    }
}
