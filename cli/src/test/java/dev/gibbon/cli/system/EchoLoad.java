package dev.gibbon.cli.system;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that send to an echo service and compare, until stopped. */
final class EchoLoad {
    private final List<Thread> threads = new ArrayList<>();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final AtomicLong exchanges = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private volatile boolean stopped;

    private EchoLoad() {}

    /** Each client keeps its connection. */
    static EchoLoad steady(int clients, int port) throws InterruptedException {
        EchoLoad load = new EchoLoad();
        CountDownLatch begun = new CountDownLatch(clients);
        for (int i = 0; i < clients; i++) {
            int seed = i;
            load.run(() -> load.keep(seed, port, begun));
        }
        begun.await();
        return load;
    }

    /** Each client makes connection after connection. */
    static EchoLoad fresh(int clients, int port) {
        EchoLoad load = new EchoLoad();
        for (int i = 0; i < clients; i++) {
            int seed = i;
            load.run(() -> load.renew(seed, port));
        }
        return load;
    }

    private interface Client {
        void run() throws Exception;
    }

    private void run(Client client) {
        threads.add(
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try {
                                client.run();
                            } catch (Exception e) {
                                errors.add(e);
                            }
                        }));
    }

    private void keep(int seed, int port, CountDownLatch begun) throws Exception {
        Random random = new Random(seed);
        try (Socket socket = Dial.tcp(port)) {
            connections.incrementAndGet();
            exchange(random, socket);
            begun.countDown();
            while (!stopped) {
                exchange(random, socket);
            }
        } finally {
            begun.countDown();
        }
    }

    private void renew(int seed, int port) {
        Random random = new Random(seed);
        while (!stopped) {
            try (Socket socket = Dial.tcp(port)) {
                exchange(random, socket);
                connections.incrementAndGet();
            } catch (Exception e) {
                errors.add(e);
            }
        }
    }

    private void exchange(Random random, Socket socket) throws Exception {
        RandomBytes.exchange(
                socket.getInputStream(),
                socket.getOutputStream(),
                RandomBytes.of(random.nextLong(), 1 + random.nextInt(4096)));
        exchanges.incrementAndGet();
    }

    long exchanges() {
        return exchanges.get();
    }

    long connections() {
        return connections.get();
    }

    List<Throwable> errors() {
        return errors;
    }

    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
