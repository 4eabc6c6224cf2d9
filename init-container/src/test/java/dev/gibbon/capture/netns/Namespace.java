package dev.gibbon.capture.netns;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A network namespace of its own, with a loopback interface, gone when closed. */
public final class Namespace implements AutoCloseable {
    private static final Path SCRIPTS = Path.of("src/test/resources/netns");

    /** The system's own, if there is one: what else PATH may lead to starts slowly. */
    private static final String PYTHON =
            Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";

    private final String name;
    private final Deque<Process> started = new ArrayDeque<>();

    public Namespace() {
        name =
                "gibbon-t-"
                        + ProcessHandle.current().pid()
                        + "-"
                        + Long.toString(System.nanoTime(), 36);
        run(List.of("ip", "netns", "add", name));
        inside("ip", "link", "set", "lo", "up");
    }

    public String name() {
        return name;
    }

    /** All rules of the namespace. */
    public String rules() {
        return inside("nft", "list", "ruleset");
    }

    /** Starts a server and returns when it listens. */
    public Talker serve(String label, String ip, int port, String... options) {
        Talker server = python("serve.py", options, label, ip, Integer.toString(port));
        return server.untilReady();
    }

    /**
     * Has a server that hangs up first speak to a client at this port, and returns what it said.
     * Its end of the connection is then in TIME_WAIT.
     */
    public String leaveTimeWait(String source, int sourcePort, String ip, int port) {
        Talker client = hold(source, sourcePort, ip, port, "last");
        String told = client.line();
        if (!client.line().equals("closed")) {
            throw new AssertionError("not closed after: " + told);
        }
        String waiting = timeWaits(port);
        // The kernel handles the last packet within the call that closes: nothing to wait for.
        if (waiting.isEmpty()) {
            throw new AssertionError("nothing in TIME_WAIT after: " + told);
        }
        return told;
    }

    /** The sockets at this local port that are in TIME_WAIT, a line for each. */
    public String timeWaits(int port) {
        return inside("ss", "-Htan", "state", "time-wait", "sport", "=", ":" + port);
    }

    /** What a client from this source is told, e.g. by the server behind {@link #serve}. */
    public String dial(String source, String ip, int port, String... options) {
        return hold(source, 0, ip, port, options).line();
    }

    /** A client that has been started. */
    public Talker hold(String source, int sourcePort, String ip, int port, String... options) {
        return python(
                "dial.py",
                options,
                source,
                Integer.toString(sourcePort),
                ip,
                Integer.toString(port));
    }

    /** Runs a command in the namespace and returns what it prints; it must succeed. */
    public String inside(String... words) {
        return run(command(words));
    }

    private Talker python(String script, String[] options, String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.addAll(List.of(options));
        return python(script, words.toArray(String[]::new));
    }

    /** Starts one of the scripts in the namespace. */
    public Talker python(String script, String... words) {
        List<String> line =
                new ArrayList<>(command(PYTHON, "-I", "-S", SCRIPTS.resolve(script).toString()));
        line.addAll(List.of(words));
        try {
            Process process =
                    new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            started.push(process);
            return new Talker(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line that runs a command in the namespace. */
    public List<String> command(String... words) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", name));
        line.addAll(List.of(words));
        return line;
    }

    /** Runs a command and returns what it prints; it must succeed. */
    public static String run(List<String> line) {
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(line + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Ends all that was started. */
    public void stopAll() {
        started.forEach(Process::destroyForcibly);
        for (Process process : started) {
            process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }
        started.clear();
    }

    @Override
    public void close() {
        stopAll();
        run(List.of("ip", "netns", "del", name));
    }

    /** A process that is talked to in lines. */
    public static final class Talker {
        private final Process process;
        private final BufferedReader reader;

        private Talker(Process process) {
            this.process = process;
            this.reader =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** The next line; empty at the end. */
        public String line() {
            try {
                String line = reader.readLine();
                return line == null ? "" : line;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** This, when it has said that it is ready. */
        public Talker untilReady() {
            String ready = line();
            if (!ready.equals("ready")) {
                throw new AssertionError("it said: " + ready);
            }
            return this;
        }

        /** Ends the process, and returns when its sockets are closed. */
        public void stop() {
            process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }

        public void say(String line) {
            try {
                process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Whether another line can be read at once. */
        public boolean hasMore() {
            try {
                return reader.ready();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
