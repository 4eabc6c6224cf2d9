package dev.gibbon.operator.log;

import dev.gibbon.core.log.Log;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Forwards warnings and errors of libraries, which come by {@code java.util.logging}, but for those
 * that say nothing to anybody.
 */
public final class LibraryMessages extends Handler {
    private static final SimpleFormatter TEXT = new SimpleFormatter();

    /**
     * Warns of every kind whose version is an alpha or beta one (fabric8 7.5). Ours are, and their
     * version is no news to the program that defines it.
     */
    private static final String UNSTABLE_VERSIONS =
            "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils";

    private final Log log;

    /** Forwards to this log. */
    public LibraryMessages(Log log) {
        this.log = log;
        setLevel(Level.WARNING);
    }

    /** Makes this the only handler of the Java virtual machine. To be called once, by main. */
    public void install() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(this);
    }

    @Override
    public void publish(LogRecord entry) {
        if (!isLoggable(entry) || UNSTABLE_VERSIONS.equals(entry.getLoggerName())) {
            return;
        }
        log.log(
                entry.getLevel().intValue() >= Level.SEVERE.intValue()
                        ? Log.Level.ERROR
                        : Log.Level.WARN,
                "library message",
                "logger",
                String.valueOf(entry.getLoggerName()),
                "text",
                TEXT.formatMessage(entry)
                        + (entry.getThrown() == null ? "" : " (" + entry.getThrown() + ")"));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
