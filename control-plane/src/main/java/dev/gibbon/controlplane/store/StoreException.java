package dev.gibbon.controlplane.store;

/** The place where the configuration is kept does not do its work, e.g. a full disk. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
