package dev.gibbon.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.entity.Service;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.schema.EntitySchema;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SqliteConfigStoreTest extends ConfigStoreContract {
    @TempDir Path directory;

    @Override
    protected ConfigStore open() {
        return SqliteConfigStore.open(directory.resolve("gibbon.db"), Log.NONE);
    }

    @Test
    void whatWasCommittedIsThereWhenTheFileIsOpenedAgain() {
        store.edit(draft -> draft.put(EntitySchema.SERVICES, service(1, "web", "red")));
        store.edit(draft -> draft.put(EntitySchema.ROUTES, route(2, "front", 1L)));
        store.edit(draft -> draft.put(EntitySchema.SERVICES, service(3, "gone")));
        store.edit(draft -> draft.remove(EntitySchema.SERVICES, new UUID(0, 3)));
        Configuration before = store.configuration();

        store.close();
        store = open();

        assertThat(store.configuration()).isEqualTo(before);
        assertThat(before.revision()).isEqualTo(4);
    }

    @Test
    void onlyTheOwnerMayReadTheFiles() throws Exception {
        store.edit(draft -> draft.put(EntitySchema.SERVICES, service(1, "web")));

        try (var files = Files.list(directory)) {
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(file)))
                                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void aFileThatIsInUseIsRefused() {
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("gibbon.db")
                .hasMessageContaining("locked");
    }

    @Test
    void aFileOfAnotherVersionIsRefused() throws Exception {
        store.close();
        change("UPDATE schema_version SET version = 99");

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("store: schema version 99 (expected: 1;");
        change("UPDATE schema_version SET version = 1");
        store = open();
    }

    @Test
    void aDocumentThatIsNoEntityIsRefused() throws Exception {
        store.edit(draft -> draft.put(EntitySchema.SERVICES, service(1, "web")));
        store.close();
        change("UPDATE services SET document = replace(document, '19000', '70000')");

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessage(
                        "store: services 00000000-0000-0000-0000-000000000001: schema violation"
                                + " (port: value should be between 0 and 65535)");
        change("UPDATE services SET document = replace(document, '70000', '19000')");
        store = open();
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws Exception {
        Path file = directory.resolve("other.db");
        Files.writeString(file, "this is a letter, not a database".repeat(100));

        assertThatThrownBy(() -> SqliteConfigStore.open(file, Log.NONE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("other.db")
                .hasMessageContaining("damaged, or no database (restore it from a backup");
    }

    private void change(String sql) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + directory.resolve("gibbon.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    @Test
    @Timeout(60)
    void aKilledProcessLosesNothingThatItAcknowledged() throws Exception {
        Path file = directory.resolve("killed.db");
        for (int round = 0; round < 3; round++) {
            List<String> acknowledged = writeUntilKilled(file, 40 + 30 * round);

            try (ConfigStore reopened = SqliteConfigStore.open(file, Log.NONE)) {
                List<String> kept =
                        reopened.configuration().services().stream()
                                .map(Service::id)
                                .map(UUID::toString)
                                .toList();
                assertThat(kept).containsAll(acknowledged);
                assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(40);
                assertThat(reopened.configuration().revision()).isEqualTo(kept.size());
            }
        }
    }

    private static List<String> writeUntilKilled(Path file, int enough) throws Exception {
        Process writer =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EndlessWriter.class.getName(),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        List<String> acknowledged = new ArrayList<>();
        try (BufferedReader lines = writer.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged.add(line);
                if (acknowledged.size() == enough) {
                    // By its handle: Process.destroyForcibly would close the pipe as well.
                    writer.toHandle().destroyForcibly();
                }
            }
        } finally {
            writer.destroyForcibly();
        }
        assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return acknowledged;
    }
}
