package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.sidecar.leg.LegFrames;
import dev.gibbon.sidecar.relay.Relay;
import io.netty.channel.Channel;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The accepted connections of a sidecar: how many there are, and how to end them. Thread-safe. */
public final class LiveConnections {
    private final int max;
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean stopping;
    private final ConcurrentMap<Channel, Runnable> stops = new ConcurrentHashMap<>();

    private volatile boolean refusing;

    public LiveConnections(int max) {
        this.max = max;
    }

    /** From here on there is no place for another one. */
    public void refuse() {
        refusing = true;
    }

    public boolean isRefusing() {
        return refusing;
    }

    /** Takes one place; gives false, and takes none, when all are taken. */
    public boolean admit() {
        if (refusing) {
            return false;
        }
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Remembers an admitted connection until its channel is closed. */
    public void add(Channel channel, AcceptedConnection connection) {
        stops.put(channel, connection::stop);
        channel.closeFuture()
                .addListener(closed -> {
                    stops.remove(channel);
                    count.decrementAndGet();
                });
    }

    void relayed(Channel channel, Relay relay) {
        stops.replace(channel, () -> relay.abort(CloseReason.DRAINING, "the sidecar is stopping"));
    }

    void ended(Channel channel) {
        stops.remove(channel);
    }

    /** The number of connections. */
    public int count() {
        return count.get();
    }

    /** Tells the peers of mesh legs, present and to come, that this sidecar stops. */
    public void tellStopping() {
        stopping = true;
        stops.keySet()
                .forEach(channel ->
                        channel.eventLoop().execute(() -> LegFrames.tellStopping(channel)));
    }

    /** A mesh leg begins, in frames from now on. */
    void framed(Channel channel) {
        if (stopping) {
            LegFrames.tellStopping(channel);
        }
    }

    /** Ends all of them, on their event loops; those that HTTP handlers have are simply closed. */
    public void stopAll() {
        stops.forEach((channel, stop) -> channel.eventLoop().execute(stop));
    }
}
