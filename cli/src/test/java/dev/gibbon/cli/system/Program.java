package dev.gibbon.cli.system;

import dev.gibbon.cli.Gibbon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The {@code gibbon} command of this build, run in a folder. */
final class Program {
    private final Path folder;

    Program(Path folder) {
        this.folder = folder;
    }

    /** The words that start {@code gibbon}. */
    static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Gibbon.class.getName());
    }

    /** Runs {@code gibbon} with these arguments. */
    Outcome gibbon(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(command());
        words.addAll(List.of(arguments));
        return run(words, environment);
    }

    /** Runs a command; none may take a minute. */
    Outcome run(List<String> words, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(folder.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("GIBBON_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IOException(words + " did not end within 60 s");
        }
        Outcome outcome =
                new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
        Files.delete(out);
        Files.delete(err);
        return outcome;
    }
}
