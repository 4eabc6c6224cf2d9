package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;

/** The phase in which it is known where the connection goes, and that is being dialled. */
final class Departure implements Phase {
    private final Course course;
    private final Decisions decider;
    private final Upstream upstream;
    private final Future<UpstreamConnection> dial;

    private Departure(
            Course course, Decisions decider, Upstream upstream, Future<UpstreamConnection> dial) {
        this.course = course;
        this.decider = decider;
        this.upstream = upstream;
        this.dial = dial;
    }

    /** Goes on to that upstream; what has been dialled in advance is used if it is the same. */
    static void enter(Course course, Decisions decider, Upstream upstream, LegHeader leg) {
        Client client = course.client();
        client.story().goesTo(upstream);
        Future<UpstreamConnection> ready = client.speculation().take(upstream);
        course.enter(
                new Departure(
                        course,
                        decider,
                        upstream,
                        ready == null ? client.dial(decider, upstream, leg) : ready));
    }

    @Override
    public void begin() {
        dial.addListener((FutureListener<UpstreamConnection>) _ -> dialled());
    }

    private void dialled() {
        if (!course.isAt(this)) {
            Speculation.abandon(dial);
        } else if (dial.isSuccess()) {
            course.enter(new RelayHandOver(course.client(), decider, upstream, dial.getNow()));
        } else {
            course.unreachable(dial.cause());
        }
    }

    @Override
    public void abandoned() {
        Speculation.abandon(dial);
    }
}
