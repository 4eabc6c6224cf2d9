package dev.gibbon.sidecar.epoll;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Makes the event loops that the data path must run on. */
public final class EpollLoops {
    private EpollLoops() {}

    /**
     * Starts event loops; the caller shuts them down.
     *
     * @param threads at least 1
     * @throws IllegalStateException when this system has no epoll, with a sentence that says so
     */
    public static EventLoopGroup start(int threads) {
        if (!Epoll.isAvailable()) {
            throw new IllegalStateException(
                    "event loop: epoll is not available on "
                            + System.getProperty("os.name")
                            + " "
                            + System.getProperty("os.arch")
                            + " (expected: Linux on x86_64 or aarch64)");
        }
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(
                threads,
                new DefaultThreadFactory("gibbon-loop", true),
                executor -> new SteadyIoHandler(epoll.newHandler(executor)));
    }
}
