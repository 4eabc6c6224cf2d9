package dev.gibbon.cli.system;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Runs the test methods of a class inside a network namespace, with a folder for their files. */
class InsideNetns implements BeforeAllCallback, AfterAllCallback, InvocationInterceptor {
    private Netns netns;
    private Path folder;

    /** Where the nodes have their folders. */
    Path folder() {
        return folder;
    }

    /** What is there before the first test; called inside. */
    void start() throws Exception {}

    /** After the last test; called inside, even when the start failed. */
    void stop() throws Exception {}

    @Override
    public final void beforeAll(ExtensionContext context) throws Exception {
        folder = Files.createTempDirectory("gibbon-system-");
        netns = Netns.create();
        inside(() -> {
            start();
            return null;
        });
    }

    @Override
    public final void afterAll(ExtensionContext context) throws Exception {
        try {
            inside(() -> {
                stop();
                return null;
            });
        } finally {
            netns.close();
            if (System.getProperty("gibbon.keepSystemTests") == null) {
                delete(folder);
            }
        }
    }

    private void inside(Netns.Work<Void> work) throws Exception {
        try {
            netns.call(work);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public final void interceptTestMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        netns.call(invocation::proceed);
    }

    @Override
    public final void interceptTestTemplateMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        netns.call(invocation::proceed);
    }
}
