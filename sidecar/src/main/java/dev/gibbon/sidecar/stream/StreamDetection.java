package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.decision.StreamDecision;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.sidecar.detect.RequestDetector;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The phase of a connection that may speak anything: the decider is asked with what is known of its
 * first bytes, until it says where they go. Meanwhile an upstream may be dialled that speaks first.
 */
final class StreamDetection implements Phase, Speculation.Listener {
    /**
     * How long the rest of a ClientHello or request line may take in a pod. What has not come by
     * then is neither, but an application that waits for an answer.
     */
    private static final Duration PARTIAL = Duration.ofSeconds(3);

    private final Course course;
    private final Client client;
    private final boolean pod;
    private final FirstBytesReader reader;
    private Decisions decider;

    /** Ids that the control plane was asked for in vain. */
    private Set<String> unanswered = Set.of();

    /** The client has had its time: what has come decides as it is. */
    private boolean impatient;

    StreamDetection(Course course) {
        this.course = course;
        this.client = course.client();
        this.pod = client.kind() == AcceptedConnection.Kind.POD;
        this.reader = new FirstBytesReader(course, pod ? PARTIAL : client.limits().detectTimeout());
        this.decider = client.surroundings().decider().get();
    }

    @Override
    public void begin() {
        reader.restart();
        if (client.input().isEmpty() && !client.input().hasEnded()) {
            decide(new FirstBytes.Unknown());
        } else {
            detect();
        }
    }

    @Override
    public void bytesRead() {
        detect();
    }

    @Override
    public void inputEnded() {
        detect();
    }

    private void detect() {
        FirstBytes first = reader.look();
        if (first instanceof FirstBytes.Unknown) {
            if (!impatient) {
                return;
            }
            first = new FirstBytes.Plain();
        }
        if (pod) {
            // What is no ClientHello may be a request line whose end has not come.
            reader.limitRest();
        } else {
            course.waitForEver();
        }
        decide(first);
    }

    private void decide(FirstBytes bytes) {
        carryOut(decider.stream(client.arrival(), bytes, unanswered), bytes);
    }

    private void carryOut(StreamDecision decision, FirstBytes bytes) {
        switch (decision) {
            case StreamDecision.Refuse(CloseReason reason, String detail) ->
                    course.refuse(reason, detail);
            case StreamDecision.AcceptMesh _ -> course.enter(new MeshArrival(course, decider));
            case StreamDecision.Ask(String id) ->
                    course.enter(new DestinationWait(course, this, id));
            case StreamDecision.Requests(Upstream otherwise) -> serveRequests(otherwise, bytes);
            case StreamDecision.Wait(Upstream candidate, Duration after) -> {
                if (candidate != null) {
                    client.speculation()
                            .begin(
                                    candidate,
                                    after,
                                    () -> client.dial(decider, candidate, plainLeg(candidate)),
                                    this);
                }
                if (course.isAt(this)) {
                    reader.await();
                }
            }
            case StreamDecision.Forward(Upstream upstream, boolean terminateTls) ->
                    forward(upstream, terminateTls, bytes);
        }
    }

    /** The control plane has said where that leads, or has not: the decision is made again. */
    void answered(String id, boolean found) {
        if (!found) {
            Set<String> more = new HashSet<>(unanswered);
            more.add(id);
            unanswered = more;
        }
        decider = client.surroundings().decider().get();
        course.enter(this);
    }

    /** The bytes are whole by now unless they are a request that goes on. */
    private void serveRequests(Upstream otherwise, FirstBytes bytes) {
        ByteBuf first = client.input().peek();
        RequestDetector.Verdict verdict =
                first == null
                        ? RequestDetector.Verdict.INCOMPLETE
                        : RequestDetector.detect(first, client.limits().maxRequestLine());
        if (verdict == RequestDetector.Verdict.REQUEST) {
            course.enter(new HttpHandOver(client, Protocol.HTTP, null));
        } else if (verdict == RequestDetector.Verdict.OTHER
                || impatient
                || client.input().hasEnded()) {
            forward(otherwise, false, bytes);
        } else {
            client.channel().read();
        }
    }

    private void forward(Upstream upstream, boolean terminateTls, FirstBytes bytes) {
        String sni = bytes instanceof FirstBytes.Tls tls ? tls.sni() : null;
        client.story()
                .clientSpeaks(bytes instanceof FirstBytes.Tls ? Protocol.TLS : Protocol.TCP, sni);
        if (terminateTls) {
            course.enter(
                    new TlsTermination(course, false, () -> depart(upstream, Protocol.TLS, sni)));
        } else {
            depart(upstream, Protocol.TCP, sni);
        }
    }

    private void depart(Upstream upstream, Protocol scheme, @Nullable String sni) {
        Departure.enter(
                course, decider, upstream, decider.leg(client.arrival(), upstream, scheme, sni));
    }

    private LegHeader plainLeg(Upstream upstream) {
        return decider.leg(client.arrival(), upstream, Protocol.TCP, null);
    }

    @Override
    public void timedOut() {
        if (pod) {
            podTimedOut();
            return;
        }
        Upstream speculative = client.speculation().upstream();
        if (speculative != null && client.input().isEmpty()) {
            client.story().goesTo(speculative);
            course.reset(CloseReason.UPSTREAM_TIMEOUT, "neither side has sent anything");
        } else {
            course.clientTimedOut();
        }
    }

    /**
     * What has come by now decides as it is: an application that sends so little and then waits
     * speaks something else. Where nothing has come, only one that must prove itself is refused.
     */
    private void podTimedOut() {
        impatient = true;
        FirstBytes plain = new FirstBytes.Plain();
        StreamDecision decision = decider.stream(client.arrival(), plain, unanswered);
        if (!client.input().isEmpty() || decision instanceof StreamDecision.Refuse) {
            carryOut(decision, plain);
        } else {
            impatient = false;
        }
    }

    @Override
    public boolean isWaiting() {
        return course.isAt(this);
    }

    @Override
    public void connected(Upstream upstream) {
        // From here on both are silent together, as in a relay.
        decider.silence(upstream).ifPresentOrElse(course::waitFor, course::waitForEver);
    }

    @Override
    public void spoke(Upstream upstream) {
        depart(upstream, Protocol.TCP, null);
    }

    @Override
    public void failed(Upstream upstream, @Nullable Throwable cause) {
        client.story().goesTo(upstream);
        course.unreachable(cause);
    }
}
