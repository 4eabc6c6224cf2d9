package dev.gibbon.cli.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Appends lines to a file from a thread of its own. {@link #accept} may be called by any thread,
 * event loops too: it never blocks, parks or takes a lock. Between it and the file stands a bounded
 * queue; when the disk is slower than the events, lines are dropped and a line that counts them is
 * written instead.
 *
 * <p>When the file has been removed or renamed (log rotation, {@code rm}), the next line opens it
 * anew, so {@code tail -F} goes on.
 */
public final class AsyncLineWriter implements Consumer<String>, AutoCloseable {
    /** Lines that may wait; at 200 characters a line about 2 MiB. */
    public static final int DEFAULT_CAPACITY = 10_000;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final int BATCH = 64 * 1024;

    private final Path file;
    private final int capacity;
    private final LongFunction<String> droppedLine;
    private final ConcurrentLinkedQueue<String> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile boolean idle;
    private volatile boolean closed;

    // Only the writer's thread uses these after the constructor.
    private @Nullable FileChannel channel;
    private @Nullable Object fileKey;

    private AsyncLineWriter(Path file, int capacity, LongFunction<String> droppedLine) {
        this.file = file;
        this.capacity = capacity;
        this.droppedLine = droppedLine;
        this.thread = new Thread(this::run, "log-" + file.getFileName());
        this.thread.setDaemon(true);
    }

    /**
     * Opens the file for appending, makes its directories if need be, and starts the thread.
     *
     * @param capacity lines that may wait for the disk
     * @param droppedLine makes the line that reports a number of dropped lines
     * @throws IOException when the file cannot be opened
     */
    public static AsyncLineWriter open(Path file, int capacity, LongFunction<String> droppedLine)
            throws IOException {
        AsyncLineWriter writer = new AsyncLineWriter(file, capacity, droppedLine);
        writer.reopen();
        writer.thread.start();
        return writer;
    }

    /** Queues one line, given without its end. Lines after {@link #close} are forgotten. */
    @Override
    public void accept(String line) {
        if (closed) {
            return;
        }
        if (waiting.incrementAndGet() > capacity) {
            waiting.decrementAndGet();
            dropped.incrementAndGet();
            return;
        }
        queue.add(line);
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    /** Writes what is queued, for 5 s at most, and closes the file. May block the caller. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            boolean last = closed;
            writeQueued();
            if (last) {
                break;
            }
            idle = true;
            if (queue.isEmpty() && !closed) {
                LockSupport.park(this);
            }
            idle = false;
        }
        closeChannel();
    }

    private void writeQueued() {
        while (!queue.isEmpty() || dropped.get() > 0) {
            StringBuilder batch = new StringBuilder();
            long reported = dropped.getAndSet(0);
            if (reported > 0) {
                batch.append(droppedLine.apply(reported)).append('\n');
            }
            int lines = 0;
            String line;
            while (batch.length() < BATCH && (line = queue.poll()) != null) {
                waiting.decrementAndGet();
                batch.append(line).append('\n');
                lines++;
            }
            try {
                write(batch);
            } catch (IOException e) {
                // A full disk must not stop the node. The loss is counted and told when it can be.
                dropped.addAndGet(lines + reported);
                closeChannel();
                return;
            }
        }
    }

    private void write(StringBuilder batch) throws IOException {
        if (channel == null || !Objects.equals(fileKey, keyOfFile())) {
            reopen();
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(batch.toString());
        while (bytes.hasRemaining()) {
            Objects.requireNonNull(channel).write(bytes);
        }
    }

    private void reopen() throws IOException {
        closeChannel();
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        fileKey = keyOfFile();
    }

    /** What tells the file from another at the same path; null when there is none. */
    private @Nullable Object keyOfFile() {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    private void closeChannel() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // All bytes were handed to the kernel by write(); nothing is left to save.
            }
        }
    }
}
