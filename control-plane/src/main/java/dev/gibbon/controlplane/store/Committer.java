package dev.gibbon.controlplane.store;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.schema.EntitySchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What all stores have in common: the newest configuration in memory, one edit at a time, the
 * followers. Any thread may call.
 */
public final class Committer {

    /** Makes changes last before anybody sees them. Called under the lock of the edits. */
    public interface Journal {
        /**
         * Keeps what one edit changed.
         *
         * @throws StoreException when it does not last
         */
        void append(long revision, List<Draft.Change> changes);

        /**
         * Why an entity, which breaks nothing else, has no form in which it could be kept; empty
         * when it has one. Quick, no I/O.
         */
        default <T> Optional<String> objectionTo(EntitySchema<T> kind, T entity) {
            return Optional.empty();
        }
    }

    private record Committed(Tables tables, Configuration configuration) {}

    private final Journal journal;
    private final Log log;
    private final ReentrantLock writing = new ReentrantLock();
    private final List<Consumer<Configuration>> followers = new ArrayList<>();
    private volatile Committed committed;

    /** Starts from what is kept already. */
    public Committer(Tables tables, long revision, Journal journal, Log log) {
        this.journal = journal;
        this.log = log;
        this.committed = new Committed(tables, tables.toConfiguration(revision));
    }

    /** As {@link ConfigStore#tables}. */
    public Tables tables() {
        return committed.tables();
    }

    /** As {@link ConfigStore#configuration}. */
    public Configuration configuration() {
        return committed.configuration();
    }

    /** As {@link ConfigStore#edit}. */
    public <R> R edit(Edit<R> edit) {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("edit within an edit or a follower");
        }
        writing.lock();
        try {
            Draft draft = new Draft(committed.tables(), journal);
            R result = edit.apply(draft);
            List<Draft.Change> changes = draft.changes();
            if (!changes.isEmpty()) {
                long revision = committed.configuration().revision() + 1;
                journal.append(revision, changes);
                commit(draft.tables(), revision);
            }
            return result;
        } finally {
            writing.unlock();
        }
    }

    /**
     * Takes over what was changed by others than this process's edits, where it is kept. It is a
     * revision of its own, unless nothing differs.
     *
     * @param newest called under the lock of the edits
     */
    public void refresh(Supplier<Tables> newest) {
        writing.lock();
        try {
            Tables tables = newest.get();
            long revision = committed.configuration().revision();
            if (!tables.toConfiguration(revision).equals(committed.configuration())) {
                commit(tables, revision + 1);
            }
        } finally {
            writing.unlock();
        }
    }

    private void commit(Tables tables, long revision) {
        committed = new Committed(tables, tables.toConfiguration(revision));
        followers.forEach(this::tell);
    }

    /** As {@link ConfigStore#follow}. */
    public void follow(Consumer<Configuration> follower) {
        writing.lock();
        try {
            followers.add(follower);
            tell(follower);
        } finally {
            writing.unlock();
        }
    }

    private void tell(Consumer<Configuration> follower) {
        try {
            follower.accept(committed.configuration());
        } catch (RuntimeException e) {
            log.error("follower of the configuration failed", "error", e);
        }
    }

    /** Asks or ends the journal while no edit uses it. */
    public boolean whileIdle(BooleanSupplier action) {
        writing.lock();
        try {
            return action.getAsBoolean();
        } finally {
            writing.unlock();
        }
    }
}
