package dev.gibbon.controlplane.log;

import dev.gibbon.core.log.Log;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Forwards warnings and errors of libraries, which come by {@code java.util.logging}, some through
 * slf4j, to the program's log. What libraries say below that is not for the people who run it.
 */
public final class LibraryMessages extends Handler {
    private static final SimpleFormatter MESSAGES = new SimpleFormatter();

    private final Log log;
    private final Set<String> ignored;

    /**
     * Forwards to this log.
     *
     * @param ignored names of loggers that say nothing to anybody
     */
    public LibraryMessages(Log log, Set<String> ignored) {
        this.log = log;
        this.ignored = Set.copyOf(ignored);
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
        String logger = String.valueOf(entry.getLoggerName());
        if (!isLoggable(entry) || ignored.contains(logger)) {
            return;
        }
        Log.Level level =
                entry.getLevel().intValue() >= Level.SEVERE.intValue()
                        ? Log.Level.ERROR
                        : Log.Level.WARN;
        String text = MESSAGES.formatMessage(entry);
        if (entry.getThrown() == null) {
            log.log(level, "library message", "logger", logger, "text", text);
        } else {
            log.log(
                    level,
                    "library message",
                    "logger",
                    logger,
                    "text",
                    text,
                    "cause",
                    entry.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
