package dev.gibbon.sidecar.testing;

import dev.gibbon.core.net.IpPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An application: a plain blocking server, each connection on a virtual thread. */
public final class TestApp implements AutoCloseable {

    /** What it does with a connection. */
    @FunctionalInterface
    public interface Behaviour {
        void serve(Socket socket) throws Exception;
    }

    private final ServerSocket server;
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> results = new LinkedBlockingQueue<>();

    public TestApp(Behaviour behaviour) {
        try {
            server = new ServerSocket();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> accept(behaviour));
    }

    private void accept(Behaviour behaviour) {
        while (true) {
            Socket socket;
            try {
                socket = server.accept();
            } catch (IOException e) {
                return;
            }
            Thread.ofVirtual()
                    .start(() -> {
                        try (socket) {
                            socket.setSoTimeout(20_000);
                            behaviour.serve(socket);
                        } catch (Exception | AssertionError e) {
                            failures.add(e);
                        }
                    });
        }
    }

    public IpPort address() {
        return IpPort.of((InetSocketAddress) server.getLocalSocketAddress());
    }

    /** Hands a result from a behaviour to the test. */
    public void report(Object result) {
        results.add(result);
    }

    /** The next reported result, within twenty seconds. */
    public Object result() throws InterruptedException {
        Object result = results.poll(20, TimeUnit.SECONDS);
        if (result == null) {
            throw new AssertionError(
                    "the application reported nothing; it failed with " + failures);
        }
        return result;
    }

    public BlockingQueue<Throwable> failures() {
        return failures;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
