package dev.gibbon.controlplane.store;

import dev.gibbon.core.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Set;
import java.util.function.Consumer;
import org.sqlite.SQLiteException;

/**
 * A configuration in a SQLite file. An edit returns when the operating system has been told to put
 * it on the disk ({@code synchronous=FULL}), so neither a killed process nor a power cut takes back
 * what was acknowledged. One process at a time: a second one is refused when it opens the file.
 */
public final class SqliteConfigStore implements ConfigStore {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final SqliteJournal journal;
    private final Committer committer;

    private SqliteConfigStore(SqliteJournal journal, Committer committer) {
        this.journal = journal;
        this.committer = committer;
    }

    /**
     * Opens a file, and makes it (mode 0600) when it is not there; its directory must be.
     *
     * @throws StoreException when the file cannot be used: another process has it, a newer version
     *     wrote it, or it is no such database; the message says which
     */
    public static SqliteConfigStore open(Path file, Log log) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            // SQLite gives its -wal and -shm files the mode of the database.
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        } catch (IOException e) {
            throw new StoreException("store: cannot use " + file + ": " + e, e);
        }
        try {
            return of(SqliteJournal.open(file), log);
        } catch (SQLException e) {
            throw new StoreException("store: cannot use " + file + ": " + reason(e), e);
        }
    }

    private static String reason(SQLException e) {
        return e instanceof SQLiteException failed
                ? switch (failed.getResultCode()) {
                    case SQLITE_NOTADB, SQLITE_CORRUPT ->
                            "it is damaged, or no database (restore it from a backup, or move it"
                                    + " away to begin with an empty configuration)";
                    default -> String.valueOf(e.getMessage());
                }
                : String.valueOf(e.getMessage());
    }

    private static SqliteConfigStore of(SqliteJournal journal, Log log) throws SQLException {
        try {
            SqliteJournal.Contents contents = journal.read();
            return new SqliteConfigStore(
                    journal, new Committer(contents.tables(), contents.revision(), journal, log));
        } catch (SQLException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    @Override
    public Tables tables() {
        return committer.tables();
    }

    @Override
    public Configuration configuration() {
        return committer.configuration();
    }

    @Override
    public <R> R edit(Edit<R> edit) {
        return committer.edit(edit);
    }

    @Override
    public void follow(Consumer<Configuration> listener) {
        committer.follow(listener);
    }

    @Override
    public boolean isReachable() {
        return committer.whileIdle(journal::isReachable);
    }

    @Override
    public void close() {
        committer.whileIdle(() -> {
            journal.close();
            return true;
        });
    }
}
