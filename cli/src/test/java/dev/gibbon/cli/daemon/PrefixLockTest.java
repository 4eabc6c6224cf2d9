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
    void ofAPrefixThatWasNotUsedNothingIsLeft() throws IOException {
        Files.writeString(prefix.errorLog(), "");
        Files.writeString(prefix.accessLog(), "");

        PrefixLock.take(prefix).orElseThrow().discard();

        assertThat(folder).isEmptyDirectory();
        assertThat(prefix.create()).isTrue();
        assertThat(prefix.create()).isFalse();
        assertThat(PrefixLock.take(prefix)).isPresent();
    }

    @Test
    void whatHoldsSomethingIsNotRemovedWithTheRest() throws IOException {
        Files.writeString(prefix.errorLog(), "the reason\n");
        Files.writeString(prefix.accessLog(), "");
        Files.writeString(prefix.database(), "x");

        PrefixLock.take(prefix).orElseThrow().discard();

        assertThat(prefix.errorLog()).hasContent("the reason\n");
        assertThat(prefix.database()).hasContent("x");
        assertThat(prefix.accessLog()).doesNotExist();
        assertThat(prefix.root().resolve("pids")).doesNotExist();
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
