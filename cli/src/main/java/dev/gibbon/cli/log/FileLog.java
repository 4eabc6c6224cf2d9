package dev.gibbon.cli.log;

import dev.gibbon.core.log.Log;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A log as lines of text, in the manner of an nginx error log, with the offset from UTC behind the
 * time: {@code 2026/11/22 20:45:01.123+01:00 [info] connection accepted client=127.0.0.2:41234}.
 * Values that hold anything but visible characters are quoted and escaped, so an event is always
 * one line and a peer cannot forge another.
 */
public final class FileLog implements Log {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss.SSSXXX", Locale.ROOT);

    private final Level threshold;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Consumer<String> lines;

    /**
     * @param threshold the lowest level that is written
     * @param lines takes a line without its end; must not block
     */
    public FileLog(Level threshold, InstantSource clock, ZoneId zone, Consumer<String> lines) {
        this.threshold = threshold;
        this.clock = clock;
        this.zone = zone;
        this.lines = lines;
    }

    @Override
    public boolean isEnabled(Level level) {
        return level.compareTo(threshold) >= 0;
    }

    @Override
    public void log(Level level, String message, Object... keyValues) {
        if (isEnabled(level)) {
            lines.accept(line(level, message, keyValues));
        }
    }

    private String line(Level level, String message, Object... keyValues) {
        StringBuilder line = new StringBuilder(120);
        TIME.formatTo(clock.instant().atZone(zone), line);
        line.append(" [").append(level.name().toLowerCase(Locale.ROOT)).append("] ");
        LogText.appendEscaped(line, message);
        for (int i = 0; i < keyValues.length; i += 2) {
            line.append(' ');
            LogText.appendEscaped(line, String.valueOf(keyValues[i]));
            line.append('=');
            LogText.appendValue(
                    line,
                    i + 1 < keyValues.length ? String.valueOf(keyValues[i + 1]) : "(missing)");
        }
        return line.toString();
    }

    /** The line that stands for lines that were dropped, for {@link AsyncLineWriter#open}. */
    public static String droppedLine(InstantSource clock, ZoneId zone, long count) {
        return new FileLog(Level.WARN, clock, zone, line -> {})
                .line(Level.WARN, "log lines dropped", "count", count);
    }
}
