package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.InboundDecision;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.sidecar.tls.MeshHandshake;
import dev.gibbon.sidecar.tls.TlsFailures;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The phase in which a mesh peer proves itself, and then says what it brings. */
final class MeshArrival implements Phase.Securing, LegEntry.Listener {
    private final Course course;
    private final Client client;
    private final Decisions decider;
    private final LegEntry entry;
    private boolean verified;

    MeshArrival(Course course, Decisions decider) {
        this.course = course;
        this.client = course.client();
        this.decider = decider;
        this.entry =
                new LegEntry(client.channel(), client.input(), decider.config().meshAlpn(), this);
    }

    @Override
    public void begin() {
        client.speculation().drop();
        Optional<MeshHandshake> handshake;
        try {
            handshake =
                    client.surroundings()
                            .meshTls()
                            .newHandshake(
                                    client.channel().alloc(),
                                    decider.config().meshAlpn(),
                                    client.arrival().client());
        } catch (SSLException e) {
            course.fail(CloseReason.INTERNAL, "mesh TLS: " + TlsFailures.describe(e));
            return;
        }
        if (handshake.isEmpty()) {
            course.fail(CloseReason.PEER_REJECTED, "this sidecar has no mesh certificate yet");
            return;
        }
        client.story().clientIsMesh(null);
        entry.start(ClientHandshake.with(client), handshake.get());
        if (client.input().hasEnded() && course.isAt(this) && !verified) {
            inputEnded();
        }
    }

    @Override
    public void bytesRead() {
        if (verified) {
            entry.readHeader();
        }
    }

    @Override
    public void inputEnded() {
        if (verified) {
            entry.ended();
        } else {
            course.fail(CloseReason.CLIENT_TLS, "the client closed during the handshake");
        }
    }

    @Override
    public void timedOut() {
        course.clientTimedOut();
    }

    @Override
    public boolean isShakingHands() {
        return !verified;
    }

    @Override
    public boolean verified(String identity) {
        if (!course.isAt(this)) {
            return false;
        }
        client.story().clientIsMesh(identity);
        verified = true;
        course.waitFor(client.limits().handshakeTimeout());
        return true;
    }

    @Override
    public void opened(LegHeader header) {
        course.waitForEver();
        client.story().legSays(header);
        client.live().framed(client.channel());
        switch (decider.meshLeg(client.arrival(), header)) {
            case InboundDecision.Refuse(CloseReason reason, String detail) ->
                    course.fail(reason, detail);
            case InboundDecision.Deliver(Upstream upstream, IpAddress source) ->
                    Departure.enter(course, decider, upstream, header.from(source));
        }
    }

    @Override
    public void failed(CloseReason reason, @Nullable String detail) {
        course.fail(reason, detail);
    }
}
