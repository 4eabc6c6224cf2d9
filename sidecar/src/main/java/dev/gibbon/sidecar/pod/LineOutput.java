package dev.gibbon.sidecar.pod;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines from a thread of its own. {@link #accept} never waits for the output: what does not
 * fit into the bounded queue is dropped and told to a counter.
 */
final class LineOutput implements Consumer<String>, AutoCloseable {
    /** Lines that may wait; at 500 characters a line 2 MB. */
    static final int CAPACITY = 4_000;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final int BATCH = 64 * 1024;

    private final BlockingQueue<String> queue;
    private final OutputStream output;
    private final Runnable dropped;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param capacity lines that may wait
     * @param dropped told of each line that was not written
     */
    LineOutput(OutputStream output, int capacity, Runnable dropped) {
        this.output = output;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.dropped = dropped;
        this.thread = Thread.ofPlatform().daemon().name("gibbon-log").start(this::run);
    }

    /** Queues one line, given without its end. */
    @Override
    public void accept(String line) {
        if (closed || !queue.offer(line)) {
            dropped.run();
        }
    }

    private void run() {
        StringBuilder batch = new StringBuilder();
        try {
            while (true) {
                boolean last = closed;
                @Nullable String line = queue.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
                while (line != null && batch.length() < BATCH) {
                    batch.append(line).append('\n');
                    line = queue.poll();
                }
                if (line != null) {
                    batch.append(line).append('\n');
                }
                if (!batch.isEmpty()) {
                    output.write(batch.toString().getBytes(StandardCharsets.UTF_8));
                    output.flush();
                    batch.setLength(0);
                } else if (last) {
                    return;
                }
            }
        } catch (IOException e) {
            // Nobody reads: there is no place left where that could be said.
            closed = true;
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what is queued, for 2 s at most. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
