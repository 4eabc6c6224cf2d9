package dev.gibbon.cli.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AsyncLineWriterTest {
    @TempDir Path directory;

    @Test
    void linesOfManyThreadsArriveWholeAndInTheOrderOfEach() throws Exception {
        Path file = directory.resolve("logs/error.log");
        int threads = 4;
        int each = 2000;

        try (AsyncLineWriter writer = open(file, threads * each)) {
            List<Thread> started = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int id = t;
                started.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    for (int i = 0; i < each; i++) {
                                        writer.accept(id + " " + i + " ü");
                                    }
                                }));
            }
            for (Thread thread : started) {
                thread.join();
            }
        }

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(threads * each);
        for (int t = 0; t < threads; t++) {
            String start = t + " ";
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                expected.add(start + i + " ü");
            }
            assertThat(lines.stream().filter(line -> line.startsWith(start))).isEqualTo(expected);
        }
    }

    @Test
    void lineIsInTheFileWithoutClosing() throws IOException {
        Path file = directory.resolve("error.log");
        try (AsyncLineWriter writer = open(file, 10)) {
            writer.accept("one");

            await(() -> read(file).equals("one\n"));
        }
    }

    @Test
    void removedFileIsOpenedAnew() throws IOException {
        Path file = directory.resolve("error.log");
        try (AsyncLineWriter writer = open(file, 10)) {
            writer.accept("old");
            await(() -> read(file).equals("old\n"));

            Files.delete(file);
            writer.accept("new");

            await(() -> read(file).equals("new\n"));
        }
    }

    @Test
    void renamedFileKeepsItsLinesAndANewOneIsBegun() throws IOException {
        Path file = directory.resolve("error.log");
        Path rotated = directory.resolve("error.log.1");
        try (AsyncLineWriter writer = open(file, 10)) {
            writer.accept("old");
            await(() -> read(file).equals("old\n"));

            Files.move(file, rotated);
            Files.createFile(file);
            writer.accept("new");

            await(() -> read(file).equals("new\n"));
            assertThat(read(rotated)).isEqualTo("old\n");
        }
    }

    @Test
    void existingFileIsContinued() throws IOException {
        Path file = Files.writeString(directory.resolve("error.log"), "before\n");

        try (AsyncLineWriter writer = open(file, 10)) {
            writer.accept("after");
        }

        assertThat(read(file)).isEqualTo("before\nafter\n");
    }

    @Test
    void whatDoesNotFitIsDroppedAtOnceAndCounted() throws Exception {
        Path file = directory.resolve("error.log");
        CountDownLatch reporting = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        // The writer's thread asks for the line about drops, and so can be held there.
        AsyncLineWriter writer =
                AsyncLineWriter.open(
                        file,
                        2,
                        count -> {
                            reporting.countDown();
                            awaitLatch(proceed);
                            return "dropped " + count;
                        });
        int first = 0;
        while (reporting.getCount() > 0) {
            writer.accept("line");
            first++;
        }
        await(() -> reporting.getCount() == 0);
        int second = 1000;
        for (int i = 0; i < second; i++) {
            writer.accept("line");
        }
        proceed.countDown();
        writer.close();

        List<String> lines = Files.readAllLines(file);
        long written = lines.stream().filter("line"::equals).count();
        long dropped =
                lines.stream()
                        .filter(line -> line.startsWith("dropped "))
                        .mapToLong(line -> Long.parseLong(line.substring(8)))
                        .sum();
        assertThat(dropped).isGreaterThanOrEqualTo(second - 2);
        assertThat(written + dropped).isEqualTo(first + second);
    }

    @Test
    void diskThatFailsCostsLinesButNotTheWriter() throws IOException {
        Path sub = directory.resolve("logs");
        Path file = sub.resolve("error.log");
        AtomicBoolean reported = new AtomicBoolean();
        LongFunction<String> droppedLine =
                count -> {
                    reported.set(true);
                    return "dropped " + count;
                };
        try (AsyncLineWriter writer = AsyncLineWriter.open(file, 10, droppedLine)) {
            writer.accept("one");
            await(() -> read(file).equals("one\n"));
            Files.delete(file);
            Files.delete(sub);
            Files.createFile(sub);
            await(() -> {
                writer.accept("lost");
                return reported.get();
            });
            Files.delete(sub);

            writer.accept("two");

            await(() -> read(file).endsWith("two\n"));
            assertThat(read(file)).startsWith("dropped ");
        }
    }

    @Test
    void linesAfterCloseAreForgotten() throws IOException {
        Path file = directory.resolve("error.log");
        AsyncLineWriter writer = open(file, 10);
        writer.accept("one");
        writer.close();

        writer.accept("two");
        writer.close();

        assertThat(read(file)).isEqualTo("one\n");
    }

    @Test
    void fileThatCannotBeOpenedIsToldAtOnce() throws IOException {
        Path blocked = Files.createFile(directory.resolve("logs"));

        assertThatThrownBy(() -> open(blocked.resolve("error.log"), 10))
                .isInstanceOf(IOException.class);
    }

    private static AsyncLineWriter open(Path file, int capacity) throws IOException {
        return AsyncLineWriter.open(file, capacity, count -> "dropped " + count);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new AssertionError("cannot read " + file, e);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline passed").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }
}
