package dev.gibbon.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrefixLockTest {
    @TempDir private Path folder;
    private Prefix prefix;

    @BeforeEach
    void createPrefix() throws IOException {
        prefix = new Prefix(folder.resolve("gibbon-a"));
        prefix.create();
    }

    @Test
    void nobodyHoldsANewPrefix() throws IOException {
        assertThat(PrefixLock.holder(prefix)).isEmpty();
    }

    @Test
    void whoTookThePrefixIsNamedUntilItIsGivenBack() throws IOException {
        try (PrefixLock lock = PrefixLock.take(prefix).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(PrefixLock.holder(prefix)).hasValue(ProcessHandle.current().pid());
            assertThat(PrefixLock.take(prefix)).isEmpty();
        }

        assertThat(PrefixLock.holder(prefix)).isEmpty();
        assertThat(prefix.pidFile()).doesNotExist();
    }

    @Test
    void aPidFileThatADeadNodeLeftBehindCountsForNothing() throws IOException {
        Files.writeString(prefix.pidFile(), ProcessHandle.current().pid() + "\n");

        assertThat(PrefixLock.holder(prefix)).isEmpty();
    }

    @Test
    void theFolderWithSecretsIsItsOwnersAlone() throws IOException {
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(prefix.root().resolve("data"))))
                .isEqualTo("rwx------");
    }
}
