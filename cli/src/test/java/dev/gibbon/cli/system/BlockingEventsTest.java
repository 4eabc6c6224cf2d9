package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thread that is called like an event loop and blocks is found. */
final class BlockingEventsTest {
    @TempDir Path folder;

    @Test
    void plantedSleepIsFound() throws Exception {
        assertThat(recorded(BlockingEvents.LOOPS + "-7-1", () -> Thread.sleep(1)).onLoops())
                .singleElement()
                .asString()
                .startsWith("jdk.ThreadSleep on gibbon-loop-7-1 for ")
                .contains("BlockingEventsTest.");
    }

    @Test
    void plantedParkIsFound() throws Exception {
        assertThat(
                        recorded(BlockingEvents.LOOPS + "-7-2", () -> LockSupport.parkNanos(1))
                                .onLoops())
                .singleElement()
                .asString()
                .startsWith("jdk.ThreadPark");
    }

    @Test
    void plantedFileAccessIsFound() throws Exception {
        Path file = folder.resolve("file");
        assertThat(
                        recorded(BlockingEvents.LOOPS + "-7-3", () -> Files.writeString(file, "x"))
                                .onLoops())
                .anyMatch(event -> event.startsWith("jdk.FileWrite"));
    }

    @Test
    void otherThreadsMayBlock() throws Exception {
        BlockingEvents events = recorded("log-writer", () -> Thread.sleep(1));

        assertThat(events.onLoops()).isEmpty();
        assertThat(events.elsewhere()).isPositive();
    }

    @Test
    void whatWasBeforeIsLeftOut() throws Exception {
        Path file = record(BlockingEvents.LOOPS + "-7-4", () -> Thread.sleep(1));

        assertThat(BlockingEvents.in(file, Instant.now().plusSeconds(60)).onLoops()).isEmpty();
    }

    private interface Action {
        void run() throws Exception;
    }

    private BlockingEvents recorded(String thread, Action action) throws Exception {
        return BlockingEvents.in(record(thread, action), Instant.EPOCH);
    }

    private Path record(String name, Action action) throws Exception {
        Path file = folder.resolve(name + ".jfr");
        try (Reader settings =
                        new InputStreamReader(
                                BlockingEventsTest.class.getResourceAsStream("loops.jfc"),
                                StandardCharsets.UTF_8);
                Recording recording = new Recording(Configuration.create(settings))) {
            recording.start();
            Thread thread =
                    Thread.ofPlatform()
                            .name(name)
                            .start(() -> {
                                try {
                                    action.run();
                                } catch (Exception e) {
                                    throw new AssertionError(e);
                                }
                            });
            thread.join();
            recording.stop();
            recording.dump(file);
        }
        return file;
    }
}
