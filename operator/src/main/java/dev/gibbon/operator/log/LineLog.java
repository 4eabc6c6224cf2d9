package dev.gibbon.operator.log;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.gibbon.core.log.Log;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes events to a stream from a thread of its own. Between the callers and it stands a bounded
 * queue: when the stream is slower than the events, they are dropped and counted.
 */
public final class LineLog implements Log, AutoCloseable {
    private static final int CAPACITY = 10_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final String END = "";

    private final Level least;
    private final boolean json;
    private final InstantSource clock;
    private final OutputStream out;
    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("log").daemon().unstarted(this::write);

    /**
     * A log that has begun.
     *
     * @param least what is below is left out
     * @param json one object a line, or text
     * @param out not closed
     */
    public LineLog(Level least, boolean json, InstantSource clock, OutputStream out) {
        this.least = least;
        this.json = json;
        this.clock = clock;
        this.out = out;
        thread.start();
    }

    @Override
    public boolean isEnabled(Level level) {
        return level.compareTo(least) >= 0;
    }

    @Override
    public void log(Level level, String message, Object... keyValues) {
        if (isEnabled(level) && !queue.offer(line(level, message, keyValues))) {
            dropped.incrementAndGet();
        }
    }

    private String line(Level level, String message, Object... keyValues) {
        String time = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
        String name = level.name().toLowerCase(Locale.ROOT);
        StringBuilder line = new StringBuilder();
        if (json) {
            line.append("{\"time\":\"").append(time).append("\",\"level\":\"").append(name);
            line.append("\",\"message\":").append(quoted(message));
        } else {
            line.append(time).append(' ').append(name).append(' ').append(message);
        }
        for (int i = 0; i + 1 < keyValues.length; i += 2) {
            String key = String.valueOf(keyValues[i]);
            String value = quoted(String.valueOf(keyValues[i + 1]));
            line.append(json ? ",\"" + key + "\":" + value : " " + key + "=" + value);
        }
        return line.append(json ? "}\n" : "\n").toString();
    }

    /** In quotes, with control characters escaped as in JSON: nobody can forge a line. */
    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    private void write() {
        try {
            while (true) {
                String line = queue.take();
                if (line.equals(END)) {
                    break;
                }
                long lost = dropped.getAndSet(0);
                if (lost > 0) {
                    line = line(Level.WARN, "log lines dropped", "count", lost) + line;
                }
                out.write(line.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException | IOException _) {
            // Nobody reads what the log says; there is nobody to tell.
            queue.clear();
        }
    }

    /** Writes what is queued, for two seconds at most. */
    @Override
    public void close() {
        try {
            queue.put(END);
            thread.join(CLOSE_TIMEOUT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
