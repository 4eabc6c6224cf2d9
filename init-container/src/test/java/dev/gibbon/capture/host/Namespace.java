package dev.gibbon.capture.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A network namespace of its own, with loopback addresses of both families, gone when closed. */
final class Namespace implements AutoCloseable {
    private static final Path SCRIPTS = Path.of("src/test/resources/netns");

    private final String name;
    private final Deque<Process> started = new ArrayDeque<>();

    Namespace() {
        name =
                "gibbon-t-"
                        + ProcessHandle.current().pid()
                        + "-"
                        + Long.toString(System.nanoTime(), 36);
        run(List.of("ip", "netns", "add", name));
        inside("ip", "link", "set", "lo", "up");
        for (int i = 2; i <= 9; i++) {
            inside("ip", "addr", "add", "fd00::" + i + "/128", "dev", "lo", "nodad");
        }
    }

    /** The nft program, for this namespace. */
    Nft nft() {
        return Nft.ofCommand(command("nft"));
    }

    /** All rules of the namespace. */
    String rules() {
        return inside("nft", "list", "ruleset");
    }

    /** Starts a server and returns when it listens. */
    Talker serve(String label, String ip, int port, String... options) {
        Talker server = python("serve.py", options, label, ip, Integer.toString(port));
        String ready = server.line();
        if (!ready.equals("ready")) {
            throw new AssertionError("server " + label + " said: " + ready);
        }
        return server;
    }

    /**
     * Has a server that hangs up first speak to a client at this port, and returns what it said.
     * Its end of the connection is then in TIME_WAIT.
     */
    String leaveTimeWait(String source, int sourcePort, String ip, int port) {
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
    String timeWaits(int port) {
        return inside("ss", "-Htan", "state", "time-wait", "sport", "=", ":" + port);
    }

    /** What a client from this source is told, e.g. by the server behind {@link #serve}. */
    String dial(String source, String ip, int port, String... options) {
        return hold(source, 0, ip, port, options).line();
    }

    /** A client that has been started. */
    Talker hold(String source, int sourcePort, String ip, int port, String... options) {
        return python(
                "dial.py",
                options,
                source,
                Integer.toString(sourcePort),
                ip,
                Integer.toString(port));
    }

    /** Runs a command in the namespace and returns what it prints; it must succeed. */
    String inside(String... words) {
        return run(command(words));
    }

    private Talker python(String script, String[] options, String... arguments) {
        List<String> line = new ArrayList<>(command("python3", SCRIPTS.resolve(script).toString()));
        line.addAll(List.of(arguments));
        line.addAll(List.of(options));
        try {
            Process process =
                    new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            started.push(process);
            return new Talker(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(String... words) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", name));
        line.addAll(List.of(words));
        return line;
    }

    private static String run(List<String> line) {
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

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
        for (Process process : started) {
            process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }
        run(List.of("ip", "netns", "del", name));
    }

    /** A process that is talked to in lines. */
    static final class Talker {
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
        String line() {
            try {
                String line = reader.readLine();
                return line == null ? "" : line;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Ends the process, and returns when its sockets are closed. */
        void stop() {
            process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }

        void say(String line) {
            try {
                process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Whether another line can be read at once. */
        boolean hasMore() {
            try {
                return reader.ready();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
