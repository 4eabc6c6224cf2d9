package dev.gibbon.controlplane.store;

import dev.gibbon.core.log.Log;
import java.util.function.Consumer;

/** A configuration that lives as long as the process. */
public final class InMemoryConfigStore implements ConfigStore {
    private final Committer committer;
    private volatile boolean closed;

    public InMemoryConfigStore(Log log) {
        this.committer =
                new Committer(Tables.empty(), 0, (revision, changes) -> refuseIfClosed(), log);
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new StoreException("the store is closed");
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
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
