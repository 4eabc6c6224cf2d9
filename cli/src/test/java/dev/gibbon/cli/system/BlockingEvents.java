package dev.gibbon.cli.system;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Finds in a recording what has blocked a thread. Waiting in the selector is no such event: the JVM
 * records none for it.
 */
final class BlockingEvents {
    /** The names that the sidecar's event loops begin with. */
    static final String LOOPS = "gibbon-loop";

    private static final int FRAMES = 12;

    private static final Set<String> KINDS =
            Set.of(
                    "jdk.ThreadPark",
                    "jdk.ThreadSleep",
                    "jdk.JavaMonitorWait",
                    "jdk.JavaMonitorEnter",
                    "jdk.FileRead",
                    "jdk.FileWrite",
                    "jdk.FileForce",
                    "jdk.SocketRead",
                    "jdk.SocketWrite");

    private final List<String> onLoops = new ArrayList<>();
    private final Set<String> loops = new HashSet<>();
    private int elsewhere;
    private int classLoads;

    private BlockingEvents() {}

    /**
     * Reads a recording.
     *
     * @param from events that began before are left out
     */
    static BlockingEvents in(Path recording, Instant from) throws IOException {
        BlockingEvents found = new BlockingEvents();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                if (event.getEventType().getName().equals("jdk.ThreadStart")) {
                    found.started(event);
                }
                if (KINDS.contains(event.getEventType().getName())
                        && !event.getStartTime().isBefore(from)) {
                    found.add(event);
                }
            }
        }
        return found;
    }

    private void started(RecordedEvent event) {
        RecordedThread thread = event.getThread("thread");
        String name = thread == null ? null : thread.getJavaName();
        if (name != null && name.startsWith(LOOPS)) {
            loops.add(name);
        }
    }

    private void add(RecordedEvent event) {
        if (event.getThread() == null || event.getThread().getJavaName() == null) {
            return;
        }
        if (!event.getThread().getJavaName().startsWith(LOOPS)) {
            elsewhere++;
            return;
        }
        if (isClassLoading(event)) {
            classLoads++;
            return;
        }
        onLoops.add(
                event.getEventType().getName()
                        + " on "
                        + event.getThread().getJavaName()
                        + " for "
                        + event.getDuration().toNanos() / 1000
                        + " us at "
                        + (event.getStackTrace() == null
                                ? "?"
                                : event.getStackTrace().getFrames().stream()
                                        .limit(FRAMES)
                                        .map(BlockingEvents::text)
                                        .collect(Collectors.joining(" < "))));
    }

    /**
     * A class is read from its jar once in the life of a process, when it is first used; which use
     * that is, a warm-up cannot settle for classes that are used at random, such as those of
     * Netty's leak sampling. They are counted apart.
     */
    private static boolean isClassLoading(RecordedEvent event) {
        return event.getStackTrace() != null
                && event.getEventType().getName().equals("jdk.FileRead")
                && event.getStackTrace().getFrames().stream()
                        .anyMatch(frame ->
                                frame.getMethod()
                                        .getType()
                                        .getName()
                                        .startsWith("jdk.internal.loader."));
    }

    private static String text(RecordedFrame frame) {
        return frame.getMethod().getType().getName()
                + "."
                + frame.getMethod().getName()
                + ":"
                + frame.getLineNumber();
    }

    /** What has blocked event loops, with the place in the code. */
    List<String> onLoops() {
        return onLoops;
    }

    /** The event loops that the recording has seen start. */
    Set<String> loops() {
        return loops;
    }

    /** How many reads of classes from jars event loops had. */
    int classLoads() {
        return classLoads;
    }

    /** How many such events other threads had: a recording without any has not been watching. */
    int elsewhere() {
        return elsewhere;
    }
}
