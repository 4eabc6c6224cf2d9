package dev.gibbon.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process of a pod on this machine has in memory, from {@code /proc/PID/smaps_rollup}; in
 * KiB.
 *
 * @param rss pages in memory, whoever else has them too
 * @param pss the same, those that are shared divided by the number of sharers
 * @param anonymous pages that no file backs
 */
public record ProcessMemory(long rss, long pss, long anonymous) {

    /**
     * Of the process of a pod whose command line contains a text.
     *
     * @param podUid the pod's uid, which is part of its cgroup's name
     * @param argument a part of its command line
     * @return empty when there is none on this machine
     */
    public static Optional<ProcessMemory> of(String podUid, String argument) {
        // systemd's cgroup driver writes it with underscores.
        List<String> names = List.of(podUid, podUid.replace('-', '_'));
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .filter(path -> names.stream().anyMatch(read(path, "cgroup")::contains))
                    .filter(path -> read(path, "cmdline").contains(argument))
                    .findFirst()
                    .map(path -> parse(read(path, "smaps_rollup")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty for a process that has ended meanwhile. */
    private static String read(Path process, String file) {
        try {
            return Files.readString(process.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }

    static ProcessMemory parse(String rollup) {
        return new ProcessMemory(
                field(rollup, "Rss"), field(rollup, "Pss"), field(rollup, "Anonymous"));
    }

    private static long field(String rollup, String name) {
        Matcher line = Pattern.compile("(?m)^" + name + ":\\s+([0-9]+) kB$").matcher(rollup);
        if (!line.find()) {
            throw new IllegalArgumentException(
                    "smaps_rollup: no " + name + " in kB (got: " + rollup + ")");
        }
        return Long.parseLong(line.group(1));
    }
}
