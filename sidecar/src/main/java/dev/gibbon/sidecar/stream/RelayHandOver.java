package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.relay.Relay;
import dev.gibbon.sidecar.upstream.Balancer;
import dev.gibbon.sidecar.upstream.UpstreamConnection;

/** The last phase of a stream: a relay has both of its connections. */
final class RelayHandOver implements Phase.HandedOver {
    private final Client client;
    private final Upstream upstream;
    private final UpstreamConnection connection;
    private final Relay relay;

    RelayHandOver(
            Client client, Decisions decider, Upstream upstream, UpstreamConnection connection) {
        this.client = client;
        this.upstream = upstream;
        this.connection = connection;
        this.relay =
                new Relay(
                        client.channel(),
                        connection.channel(),
                        decider.silence(upstream).orElse(null),
                        (received, sent, reason, detail) -> {
                            client.live().ended(client.channel());
                            client.story().end(received, sent, reason, detail);
                        });
    }

    @Override
    public void begin() {
        client.story().reached(connection);
        if (upstream.destination() != null) {
            countLoad();
        }
        client.live().relayed(client.channel(), relay);
        relay.start(client.input().take(), client.input().hasEnded());
        client.channel().pipeline().remove(AcceptedConnection.class);
    }

    private void countLoad() {
        Balancer balancer = client.surroundings().balancer();
        IpPort endpoint = connection.address();
        balancer.begun(endpoint);
        connection.channel().closeFuture().addListener(_ -> balancer.ended(endpoint));
    }

    @Override
    public void stop() {
        relay.abort(CloseReason.DRAINING, "the sidecar is stopping");
    }
}
