package dev.gibbon.core.log;

/**
 * Where a part reports events. A message is constant, lower case and without a full stop; what
 * varies goes into key-value pairs: {@code log.info("sidecar connected", "name", name, "revision",
 * 7)}.
 *
 * <p>Values never hold payloads, keys or tokens. Implementations never block the caller and escape
 * control characters, so that a peer cannot forge a line. Any thread may call.
 */
public interface Log {

    /**
     * Severity, lowest first. {@code ERROR}: someone must act. {@code DEBUG}: one connection's
     * story.
     */
    enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /** A log that forgets everything. */
    Log NONE =
            new Log() {
                @Override
                public boolean isEnabled(Level level) {
                    return false;
                }

                @Override
                public void log(Level level, String message, Object... keyValues) {}
            };

    boolean isEnabled(Level level);

    /**
     * Reports one event.
     *
     * @param keyValues alternating: a key, its value; values are printed with {@code toString}
     */
    void log(Level level, String message, Object... keyValues);

    default void debug(String message, Object... keyValues) {
        log(Level.DEBUG, message, keyValues);
    }

    default void info(String message, Object... keyValues) {
        log(Level.INFO, message, keyValues);
    }

    default void warn(String message, Object... keyValues) {
        log(Level.WARN, message, keyValues);
    }

    default void error(String message, Object... keyValues) {
        log(Level.ERROR, message, keyValues);
    }
}
