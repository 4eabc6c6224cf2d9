package dev.gibbon.controlplane.store;

import java.util.function.Consumer;

/**
 * Keeps the configuration. Edits are applied one after the other; each is committed as a whole or
 * not at all, and with it the revision grows by one. Any thread may call. A store whose place has
 * other writers, or cannot change several entities together, says in its own description what it
 * promises in place of that; every store passes the same contract test.
 */
public interface ConfigStore extends AutoCloseable {

    /** The newest committed configuration, to be asked. Never blocks. */
    Tables tables();

    /** The newest committed configuration, to be handed on. Never blocks. */
    Configuration configuration();

    /**
     * Applies an edit. When it returns, what it changed is durable as far as this store is, and the
     * listener has been told. An edit that changes nothing or was refused leaves the revision as it
     * is.
     *
     * @throws StoreException when the change could not be kept; then nothing has changed
     */
    <R> R edit(Edit<R> edit);

    /**
     * Names the one who follows: it is called now with the current configuration, then after each
     * commit, in the order of revisions, by the thread of the edit, or by the one that hears of
     * what another writer changed. It must be quick and must not edit. What it throws is logged and
     * otherwise ignored.
     */
    void follow(Consumer<Configuration> listener);

    /** Whether the place where the configuration is kept answers. May block for a moment. */
    boolean isReachable();

    /** Gives up what the store holds; later edits fail. */
    @Override
    void close();
}
