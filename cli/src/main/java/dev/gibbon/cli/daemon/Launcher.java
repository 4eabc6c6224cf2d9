package dev.gibbon.cli.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts {@code gibbon run} in the background, in a session of its own. */
public final class Launcher {
    /**
     * A sidecar's heap stays small whatever the machine has: the JVM's defaults would take a
     * quarter of it. Direct buffers come on top, bounded likewise.
     */
    private static final List<String> JVM_FLAGS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-Xms16m",
                    "-Xmx192m",
                    "-Xss512k",
                    "-XX:MaxDirectMemorySize=192m",
                    "-XX:ReservedCodeCacheSize=64m",
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:-UsePerfData",
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    // Any other text than the default's makes the JDK seed a generator of its own
                    // instead of reading the device on an event loop for each TLS handshake.
                    "-Djava.security.egd=file:/dev/./urandom",
                    // Sampling for leaks costs memory and time; tests switch it on.
                    "-Dio.netty.leakDetection.level=disabled",
                    "-Dio.netty.machineId=02:00:00:00:00:01",
                    "-Dio.netty.processId=1");

    private final Path java;
    private final String classPath;
    private final String mainClass;

    /**
     * @param java the {@code java} command to run
     */
    public Launcher(Path java, String classPath, String mainClass) {
        this.java = java;
        this.classPath = classPath;
        this.mainClass = mainClass;
    }

    /** A launcher that runs the same JDK and class path as this process. */
    public static Launcher likeThis(String mainClass) {
        return new Launcher(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                mainClass);
    }

    /** The command that runs the program in the foreground, to be followed by its arguments. */
    public List<String> command() {
        return List.of(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                mainClass);
    }

    /**
     * Starts a node and waits until it serves or has failed. The environment is passed on as it is;
     * nothing of it becomes an argument.
     *
     * @param options further options for the JVM, from {@code GIBBON_OPTS}
     */
    public StartSignal start(Prefix prefix, List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.add(java.toString());
        command.addAll(JVM_FLAGS);
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, mainClass, "run", "--signal-start"));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectError(
                                ProcessBuilder.Redirect.appendTo(prefix.errorLog().toFile()));
        Map<String, String> environment = builder.environment();
        // The node gets its options as arguments; a JVM that read them again would print a line.
        environment.remove("JDK_JAVA_OPTIONS");
        Process process = builder.start();
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return StartSignal.read(out);
        }
    }
}
