package dev.gibbon.controlplane.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.schema.EntitySchema;
import dev.gibbon.core.schema.Validated;
import dev.gibbon.core.schema.ViolationTree;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * The SQLite file of a configuration: each entity as its JSON document, with its name and reference
 * in columns of their own, which the database guards a second time. Used by one thread at a time.
 */
final class SqliteJournal implements Committer.Journal {
    private static final int VERSION = 1;

    /** Time for a process that is about to end to give the file up. */
    private static final int BUSY_TIMEOUT_MILLIS = 1_000;

    private static final List<String> SCHEMA =
            List.of(
                    "CREATE TABLE schema_version (version INTEGER NOT NULL)",
                    "INSERT INTO schema_version VALUES (" + VERSION + ")",
                    "CREATE TABLE configuration (revision INTEGER NOT NULL)",
                    "INSERT INTO configuration VALUES (0)",
                    "CREATE TABLE services (id TEXT PRIMARY KEY, name TEXT UNIQUE,"
                            + " document TEXT NOT NULL)",
                    "CREATE TABLE routes (id TEXT PRIMARY KEY, name TEXT UNIQUE,"
                            + " service TEXT REFERENCES services (id), document TEXT NOT NULL)",
                    "CREATE INDEX routes_service ON routes (service)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Connection connection;

    private SqliteJournal(Connection connection) {
        this.connection = connection;
    }

    record Contents(long revision, Tables tables) {}

    static SqliteJournal open(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try {
            SqliteJournal journal = new SqliteJournal(connection);
            journal.prepare();
            return journal;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Takes the file for this process, and lays out a new one. */
    private void prepare() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            boolean isNew;
            try (ResultSet tables =
                    statement.executeQuery(
                            "SELECT 1 FROM sqlite_master WHERE name = 'schema_version'")) {
                isNew = !tables.next();
            }
            if (isNew) {
                for (String step : SCHEMA) {
                    statement.executeUpdate(step);
                }
            }
            long version = number(statement, "SELECT version FROM schema_version");
            if (version != VERSION) {
                throw new StoreException(
                        "store: schema version "
                                + version
                                + " (expected: "
                                + VERSION
                                + "; the file was written by another version of gibbon)");
            }
            // A write, for in exclusive mode the lock is taken by the first one and then kept.
            statement.executeUpdate("UPDATE schema_version SET version = version");
        }
        connection.commit();
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    Contents read() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long revision = number(statement, "SELECT revision FROM configuration");
            List<Service> services = read(statement, EntitySchema.SERVICES);
            List<Route> routes = read(statement, EntitySchema.ROUTES);
            connection.commit();
            return new Contents(revision, Tables.of(services, routes));
        }
    }

    private static <T> List<T> read(Statement statement, EntitySchema<T> kind) throws SQLException {
        List<T> entities = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("SELECT document FROM " + kind.plural())) {
            while (rows.next()) {
                entities.add(entity(kind, rows.getString(1)));
            }
        }
        return entities;
    }

    private static <T> T entity(EntitySchema<T> kind, String json) {
        Map<String, @Nullable Object> document;
        try {
            document = JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new StoreException("store: " + kind.plural() + ": no JSON document", e);
        }
        return switch (kind.read(document)) {
            case Validated.Valid<T>(var entity) -> entity;
            case Validated.Invalid<T>(var violations) ->
                    throw new StoreException(
                            "store: "
                                    + kind.plural()
                                    + " "
                                    + document.get("id")
                                    + ": "
                                    + new ViolationTree(violations).message());
        };
    }

    @Override
    public void append(long revision, List<Draft.Change> changes) {
        try {
            for (Draft.Change change : changes) {
                apply(change);
            }
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE configuration SET revision = ?")) {
                update.setLong(1, revision);
                update.executeUpdate();
            }
            connection.commit();
        } catch (SQLException e) {
            undo(e);
            throw new StoreException("store: cannot write: " + e.getMessage(), e);
        }
    }

    private void undo(SQLException reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e);
            close();
        }
    }

    private void apply(Draft.Change change) throws SQLException {
        switch (change) {
            case Draft.Change.PutService(var service) ->
                    execute(
                            "INSERT INTO services (id, name, document) VALUES (?, ?, ?)"
                                    + " ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
                                    + " document = excluded.document",
                            service.id().toString(),
                            service.name(),
                            json(EntitySchema.SERVICES, service));
            case Draft.Change.PutRoute(var route) ->
                    execute(
                            "INSERT INTO routes (id, name, service, document) VALUES (?, ?, ?, ?)"
                                    + " ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
                                    + " service = excluded.service, document = excluded.document",
                            route.id().toString(),
                            route.name(),
                            text(route.service()),
                            json(EntitySchema.ROUTES, route));
            case Draft.Change.Remove(var kind, var id) ->
                    execute("DELETE FROM " + kind.plural() + " WHERE id = ?", id.toString());
        }
    }

    private void execute(String sql, @Nullable String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private static @Nullable String text(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }

    private static <T> String json(EntitySchema<T> kind, T entity) {
        try {
            return JSON.writeValueAsString(kind.write(entity));
        } catch (JsonProcessingException e) {
            throw new AssertionError("documents are maps, lists, texts and numbers", e);
        }
    }

    boolean isReachable() {
        try (Statement statement = connection.createStatement()) {
            number(statement, "SELECT revision FROM configuration");
            connection.commit();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StoreException("store: cannot close: " + e.getMessage(), e);
        }
    }
}
