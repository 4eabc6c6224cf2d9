package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.sidecar.listener.Limits;
import dev.gibbon.sidecar.upstream.DialRequest;
import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;

/**
 * What every phase of one accepted connection works with.
 *
 * @param input what the client has sent and nobody has taken yet
 * @param speculation what is dialled before it is known where the connection goes
 */
record Client(
        Surroundings surroundings,
        LiveConnections live,
        AcceptedConnection.Kind kind,
        Channel channel,
        Arrival arrival,
        ClientInput input,
        Speculation speculation,
        ConnectionStory story) {

    static Client of(
            Surroundings surroundings,
            LiveConnections live,
            AcceptedConnection.Kind kind,
            Channel channel,
            Arrival arrival) {
        ClientInput input = new ClientInput();
        return new Client(
                surroundings,
                live,
                kind,
                channel,
                arrival,
                input,
                new Speculation(channel.eventLoop(), input),
                new ConnectionStory(surroundings, arrival));
    }

    Limits limits() {
        return surroundings.limits();
    }

    /** Begins to connect an upstream for this client. */
    Future<UpstreamConnection> dial(Decisions decider, Upstream upstream, LegHeader leg) {
        surroundings.destinations().used(upstream.authority());
        return surroundings
                .connector()
                .connect(
                        channel.eventLoop(),
                        new DialRequest(
                                decider,
                                upstream,
                                leg,
                                surroundings.balancer().order(decider, upstream)));
    }
}
