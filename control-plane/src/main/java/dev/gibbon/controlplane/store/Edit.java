package dev.gibbon.controlplane.store;

/**
 * A change of the configuration, decided on what the configuration is at that moment. Called once,
 * under the store's lock: quick, no I/O, no other edit.
 *
 * @param <R> what the caller wants to know of it
 */
@FunctionalInterface
public interface Edit<R> {
    R apply(Draft draft);
}
