package dev.gibbon.sidecar.upstream;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/** Finds out where addresses lead. Any thread may call; nothing blocks. */
public interface Destinations {

    /** For a sidecar that is told everything unasked. */
    Destinations NONE =
            new Destinations() {
                @Override
                public Future<Boolean> ask(EventLoop loop, String id) {
                    return loop.newSucceededFuture(false);
                }

                @Override
                public void used(String id) {}
            };

    /**
     * Asks the control plane.
     *
     * @param loop where the future completes
     * @param id an address or name, and a port, as {@code DestinationResource} has it
     * @return whether there is an answer, which is then part of the configuration in force; false
     *     after three seconds, in strict mode ten, or at once while the control plane is away
     */
    Future<Boolean> ask(EventLoop loop, String id);

    /** A destination that may have been asked for is used: it is not to be forgotten. */
    void used(String id);
}
