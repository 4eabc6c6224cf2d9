package dev.gibbon.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Packets as they pass on the wire, by {@code tcpdump}. */
final class PacketCapture {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofMillis(300);

    /** What the file holds before the first packet, in bytes. */
    private static final long FILE_HEADER = 24;

    private final World world;
    private final Process process;
    private final Path file;

    private PacketCapture(World world, Process process, Path file) {
        this.world = world;
        this.process = process;
        this.file = file;
    }

    /** Starts to record, and returns once {@code tcpdump} says that it listens. */
    static PacketCapture start(World world, String name, String filter)
            throws IOException, InterruptedException {
        Path file = world.folder().resolve(name);
        Process process =
                world.start(
                        List.of(
                                "tcpdump",
                                "-Z",
                                "root",
                                "-i",
                                "lo",
                                "-U",
                                "-n",
                                "-w",
                                file.toString(),
                                filter),
                        name + ".log");
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!world.read(name + ".log").contains("listening on")) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new IOException(
                        "tcpdump did not start: " + world.read(name + ".log").strip());
            }
            Thread.sleep(20);
        }
        return new PacketCapture(world, process, file);
    }

    /**
     * Ends the recording.
     *
     * @return all that was recorded, byte by byte as characters
     * @throws IOException when there was no packet: then nothing can be said of the wire
     */
    String stop() throws IOException, InterruptedException {
        // The kernel hands packets over in blocks: the last ones are there once the file has
        // stopped
        // growing.
        long end = System.nanoTime() + START_LIMIT.toNanos();
        long size = -1;
        while (size <= FILE_HEADER || Files.size(file) != size) {
            if (System.nanoTime() > end) {
                throw new IOException("no packet was recorded between the sidecars");
            }
            size = Files.size(file);
            Thread.sleep(QUIET.toMillis());
        }
        world.stop(process);
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
