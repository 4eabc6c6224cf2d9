package dev.gibbon.cli.system;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace with its loopback up. Work runs inside it in a thread that has entered it;
 * threads, sockets and processes that such a thread makes are inside too.
 */
final class Netns implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;

    private final String name;

    private Netns(String name) {
        this.name = name;
    }

    /** Something to do inside. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws Throwable;
    }

    static Netns create() throws IOException, InterruptedException {
        Netns netns =
                new Netns(
                        "gibbon-s-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + Long.toString(System.nanoTime(), 36));
        command("ip", "netns", "add", netns.name);
        command("ip", "-n", netns.name, "link", "set", "lo", "up");
        return netns;
    }

    /** Runs the work in a thread of its own inside, and waits for its end. */
    <T> T call(Work<T> work) throws Throwable {
        FutureTask<T> task =
                new FutureTask<>(() -> {
                    try {
                        enter();
                        return work.run();
                    } catch (Exception | Error e) {
                        throw e;
                    } catch (Throwable e) {
                        throw new AssertionError(e);
                    }
                });
        Thread.ofPlatform().name("inside").daemon().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    @SuppressWarnings("restricted") // The JDK has no other way to change a thread's namespace.
    private void enter() throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle open =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("open"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                        Linker.Option.firstVariadicArg(2));
        MethodHandle setns =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("setns"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        MethodHandle close =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("close"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) open.invokeExact(arena.allocateFrom("/run/netns/" + name), 0);
            int entered = (int) setns.invokeExact(file, CLONE_NEWNET);
            int closed = (int) close.invokeExact(file);
            if (file < 0 || entered != 0 || closed != 0) {
                throw new IOException("cannot enter the network namespace " + name);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            command("ip", "netns", "del", name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while removing " + name, e);
        }
    }

    private static void command(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(List.of(words) + ": " + output);
        }
    }
}
