package dev.gibbon.cli.log;

import dev.gibbon.core.log.Log;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Forwards warnings and errors of libraries (Netty and Jetty, through slf4j and {@code
 * java.util.logging}) to the node's log. What libraries say below that is not for the people who
 * run a node.
 */
public final class LibraryLogHandler extends Handler {
    private static final SimpleFormatter MESSAGES = new SimpleFormatter();

    private final Log log;

    /** Forwards to this log. */
    public LibraryLogHandler(Log log) {
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
        if (!isLoggable(entry)) {
            return;
        }
        Log.Level level =
                entry.getLevel().intValue() >= Level.SEVERE.intValue()
                        ? Log.Level.ERROR
                        : Log.Level.WARN;
        String logger = String.valueOf(entry.getLoggerName());
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
