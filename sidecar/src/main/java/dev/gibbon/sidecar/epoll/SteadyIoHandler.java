package dev.gibbon.sidecar.epoll;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll handler with two changes to the interest sets that channels submit.
 *
 * <p>An empty set becomes {@code EPOLLET}. Netty 4.2.17-4.2.20 takes the socket out of epoll for an
 * empty set but goes on as if it were in: the next change of interest fails with ENOENT and what is
 * queued on a half-closed channel is lost. Edge-triggered, an otherwise empty set reports an error
 * or hang-up once instead of without end.
 *
 * <p>{@code EPOLLRDHUP} is left out. For it Netty reads to the end of the stream whether or not the
 * channel asked for a read, so that the bytes in front of a FIN would arrive before there is
 * anywhere to put them. Without it a FIN is seen in its turn, by a read; a reset is always seen.
 */
final class SteadyIoHandler implements IoHandler {
    private final IoHandler epoll;

    SteadyIoHandler(IoHandler epoll) {
        this.epoll = epoll;
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new SteadyRegistration(epoll.register(handle));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /** The interest to register for what a channel submits. */
    static EpollIoOps steady(EpollIoOps submitted) {
        EpollIoOps ops = submitted.without(EpollIoOps.EPOLLRDHUP);
        return ops.value() == 0 ? EpollIoOps.EPOLLET : ops;
    }

    private record SteadyRegistration(IoRegistration epoll) implements IoRegistration {

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals")
        public <T> T attachment() {
            return epoll.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            return epoll.submit(ops instanceof EpollIoOps submitted ? steady(submitted) : ops);
        }

        @Override
        public boolean isValid() {
            return epoll.isValid();
        }

        @Override
        public boolean cancel() {
            return epoll.cancel();
        }
    }
}
