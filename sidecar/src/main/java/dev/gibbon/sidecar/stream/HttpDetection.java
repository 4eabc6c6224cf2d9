package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.StreamDecision;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.route.FirstBytes;
import java.util.Optional;

/**
 * The phase of a connection on an HTTP listener: its first bytes say whether it is a mesh leg, TLS
 * that ends here, or HTTP as it is.
 */
final class HttpDetection implements Phase {
    private final Course course;
    private final Client client;
    private final FirstBytesReader reader;
    private final Decisions decider;

    HttpDetection(Course course) {
        this.course = course;
        this.client = course.client();
        this.reader = new FirstBytesReader(course, client.limits().detectTimeout());
        this.decider = client.surroundings().decider().get();
    }

    @Override
    public void begin() {
        reader.await();
    }

    @Override
    public void bytesRead() {
        detect();
    }

    @Override
    public void inputEnded() {
        detect();
    }

    @Override
    public void timedOut() {
        course.clientTimedOut();
    }

    private void detect() {
        FirstBytes first = reader.look();
        if (first instanceof FirstBytes.Unknown) {
            return;
        }
        if (client.input().isEmpty()) {
            // The client has gone without a request: there is nothing to record.
            course.leaveUntold();
            return;
        }
        Optional<StreamDecision> decision = decider.httpListener(client.arrival(), first);
        if (decision.isPresent()) {
            carryOut(decision.get());
        } else {
            serve(first);
        }
    }

    private void carryOut(StreamDecision decision) {
        switch (decision) {
            case StreamDecision.AcceptMesh _ -> course.enter(new MeshArrival(course, decider));
            case StreamDecision.Refuse(CloseReason reason, String detail) ->
                    course.refuse(reason, detail);
            case StreamDecision.Forward _,
                    StreamDecision.Wait _,
                    StreamDecision.Ask _,
                    StreamDecision.Requests _ ->
                    course.fail(
                            CloseReason.INTERNAL,
                            "decided as on a stream listener (expected: as on an HTTP listener)");
        }
    }

    private void serve(FirstBytes first) {
        switch (first) {
            case FirstBytes.Tls tls when client.kind() == AcceptedConnection.Kind.HTTP_SSL -> {
                client.story().clientSpeaks(Protocol.HTTPS, tls.sni());
                course.enter(
                        new TlsTermination(
                                course,
                                true,
                                () ->
                                        course.enter(
                                                new HttpHandOver(
                                                        client, Protocol.HTTPS, tls.sni()))));
            }
            case FirstBytes.Tls _ ->
                    course.refuse(
                            CloseReason.BAD_REQUEST,
                            "TLS on the listener "
                                    + client.arrival().listener()
                                    + ", which has no ssl flag");
            case FirstBytes.Plain _, FirstBytes.Unknown _ ->
                    course.enter(new HttpHandOver(client, Protocol.HTTP, null));
        }
    }
}
