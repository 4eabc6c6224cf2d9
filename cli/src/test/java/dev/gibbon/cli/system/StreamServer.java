package dev.gibbon.cli.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** A service on 127.0.0.5. To be made inside the namespace. */
final class StreamServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Behaviour behaviour;
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final Thread acceptor;

    /** What is done with each connection; it is closed afterwards. */
    @FunctionalInterface
    interface Behaviour {
        void serve(Socket socket) throws Exception;
    }

    private StreamServer(ServerSocket socket, Behaviour behaviour) {
        this.socket = socket;
        this.behaviour = behaviour;
        this.acceptor = Thread.ofPlatform().daemon().unstarted(this::accept);
    }

    static StreamServer on(int port, Behaviour behaviour) throws IOException {
        return on(port, ServerSocketFactory.getDefault(), behaviour);
    }

    /** With TLS, under a certificate of its own. */
    static StreamServer withTls(int port, Behaviour behaviour) throws Exception {
        return on(port, Certificates.selfSigned().getServerSocketFactory(), behaviour);
    }

    private static StreamServer on(int port, ServerSocketFactory factory, Behaviour behaviour)
            throws IOException {
        ServerSocket socket = factory.createServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByName(TestMesh.SERVER), port), 1024);
        StreamServer server = new StreamServer(socket, behaviour);
        server.acceptor.start();
        return server;
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = socket.accept();
                accepted.incrementAndGet();
                open.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            behaviour.serve(connection);
        } catch (Throwable e) {
            if (!socket.isClosed()) {
                failures.add(e);
            }
        } finally {
            open.remove(connection);
        }
    }

    /** How many connections have arrived. */
    int accepted() {
        return accepted.get();
    }

    /** How many are open. */
    int open() {
        return open.size();
    }

    /** What went wrong in the behaviour. */
    List<Throwable> failures() {
        return failures;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : open) {
            connection.close();
        }
        try {
            // Only when the thread has left the socket the port is free for the next test.
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
