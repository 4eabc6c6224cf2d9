package dev.gibbon.sidecar.telemetry;

import dev.gibbon.core.log.Log;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Consumer;

/** Writes every event as one line of JSON, in ASCII. Any thread may call. */
public final class JsonLog implements Log {
    private final Level threshold;
    private final InstantSource clock;
    private final Consumer<String> lines;

    /**
     * @param threshold the lowest level that is written
     * @param lines takes a line without its end; must not block
     */
    public JsonLog(Level threshold, InstantSource clock, Consumer<String> lines) {
        this.threshold = threshold;
        this.clock = clock;
        this.lines = lines;
    }

    @Override
    public boolean isEnabled(Level level) {
        return level.compareTo(threshold) >= 0;
    }

    @Override
    public void log(Level level, String message, Object... keyValues) {
        if (isEnabled(level)) {
            lines.accept(line(clock.instant(), level, message, keyValues));
        }
    }

    /** The line for an event, without its end. */
    public static String line(Instant time, Level level, String message, Object... keyValues) {
        JsonLine line = new JsonLine();
        line.text("time", JsonAccessLog.TIME.format(time));
        line.text("level", level.name().toLowerCase(Locale.ROOT));
        line.text("message", message);
        for (int i = 0; i < keyValues.length; i += 2) {
            line.text(
                    String.valueOf(keyValues[i]),
                    i + 1 < keyValues.length ? String.valueOf(keyValues[i + 1]) : "(missing)");
        }
        return line.end();
    }
}
