package dev.gibbon.controlplane.store;

import dev.gibbon.core.log.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What all stores have in common: the newest configuration in memory, one edit at a time, the
 * followers.
 */
final class Committer {

    /** Makes changes last before anybody sees them. */
    interface Journal {
        /**
         * @throws StoreException when they do not last
         */
        void append(long revision, List<Draft.Change> changes);
    }

    private record Committed(Tables tables, Configuration configuration) {}

    private final Journal journal;
    private final Log log;
    private final ReentrantLock writing = new ReentrantLock();
    private final List<Consumer<Configuration>> followers = new ArrayList<>();
    private volatile Committed committed;

    Committer(Tables tables, long revision, Journal journal, Log log) {
        this.journal = journal;
        this.log = log;
        this.committed = new Committed(tables, tables.toConfiguration(revision));
    }

    Tables tables() {
        return committed.tables();
    }

    Configuration configuration() {
        return committed.configuration();
    }

    <R> R edit(Edit<R> edit) {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("edit within an edit or a follower");
        }
        writing.lock();
        try {
            Draft draft = new Draft(committed.tables());
            R result = edit.apply(draft);
            List<Draft.Change> changes = draft.changes();
            if (!changes.isEmpty()) {
                long revision = committed.configuration().revision() + 1;
                journal.append(revision, changes);
                committed = new Committed(draft.tables(), draft.tables().toConfiguration(revision));
                followers.forEach(this::tell);
            }
            return result;
        } finally {
            writing.unlock();
        }
    }

    void follow(Consumer<Configuration> follower) {
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
    boolean whileIdle(BooleanSupplier action) {
        writing.lock();
        try {
            return action.getAsBoolean();
        } finally {
            writing.unlock();
        }
    }
}
