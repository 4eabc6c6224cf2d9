package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.sidecar.relay.Endings;
import dev.gibbon.sidecar.upstream.ConnectException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which phase an accepted connection is in, from the first to its end, and the one time-out that it
 * waits under. Confined to the channel's event loop.
 */
final class Course {
    private final Client client;
    private final Patience patience;
    private Phase present = new Phase.Accepted();

    Course(Client client) {
        this.client = client;
        this.patience = new Patience(client.channel().eventLoop(), () -> present.timedOut());
    }

    Client client() {
        return client;
    }

    Phase present() {
        return present;
    }

    /** Whether the connection is in that very phase. */
    boolean isAt(Phase phase) {
        return present.equals(phase);
    }

    /** Goes on to the next phase, under no time-out. */
    void enter(Phase next) {
        patience.stop();
        present = next;
        next.begin();
    }

    /** The present phase times out after that time, unless that is changed before. */
    void waitFor(Duration most) {
        patience.restart(most);
    }

    /** The present phase has all the time there is. */
    void waitForEver() {
        patience.stop();
    }

    /** A pod's client sees what it would see where nothing listens. */
    void refuse(CloseReason reason, String detail) {
        close(reason, detail, client.kind() == AcceptedConnection.Kind.POD);
    }

    /** Ends the connection in the ordinary way. */
    void fail(CloseReason reason, @Nullable String detail) {
        close(reason, detail, false);
    }

    /** Ends the connection with a reset. */
    void reset(CloseReason reason, @Nullable String detail) {
        close(reason, detail, true);
    }

    /** The client sees what it would have seen without a sidecar: a reset, at once. */
    void unreachable(@Nullable Throwable cause) {
        if (cause instanceof ConnectException failure) {
            reset(failure.reason(), failure.detail());
        } else {
            reset(CloseReason.INTERNAL, String.valueOf(cause));
        }
    }

    /** Too little has come to go on. */
    void clientTimedOut() {
        fail(CloseReason.CLIENT_TIMEOUT, "the client has not sent enough to decide where it goes");
    }

    private void close(CloseReason reason, @Nullable String detail, boolean reset) {
        if (present instanceof Phase.Closed) {
            return;
        }
        Phase before = present;
        present = new Phase.Closed();
        patience.stop();
        client.speculation().drop();
        before.abandoned();
        client.story().end(0, 0, reason, detail);
        if (reset) {
            Endings.reset(client.channel());
        } else {
            Endings.close(client.channel());
        }
    }

    /** Ends the connection because the sidecar stops. */
    void stop() {
        if (present instanceof Phase.HandedOver handedOver) {
            handedOver.stop();
        } else {
            reset(CloseReason.DRAINING, "the sidecar is stopping");
        }
    }

    /** Ends a connection of which nothing is to be told. */
    void leaveUntold() {
        patience.stop();
        present = new Phase.Closed();
        Endings.close(client.channel());
    }
}
