package dev.gibbon.core.why;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.HttpDecision;
import dev.gibbon.core.decision.StreamDecision;
import dev.gibbon.core.decision.Upstream;
import org.jspecify.annotations.Nullable;

/** Decisions as outcomes for people. */
final class Outcomes {
    private Outcomes() {}

    static Explanation.Outcome of(StreamDecision decision) {
        return switch (decision) {
            case StreamDecision.Forward(Upstream upstream, boolean terminateTls) ->
                    terminateTls
                            ? new Explanation.Outcome(
                                    Explanation.Action.TERMINATE_AND_FORWARD,
                                    null,
                                    "the client's TLS ends here, forwarded to " + target(upstream))
                            : new Explanation.Outcome(
                                    Explanation.Action.FORWARD,
                                    null,
                                    "forwarded to " + target(upstream));
            case StreamDecision.Wait(Upstream speculative, var _) ->
                    new Explanation.Outcome(
                            Explanation.Action.WAIT,
                            null,
                            speculative == null
                                    ? "the client's first bytes are awaited, nothing is dialled"
                                            + " meanwhile"
                                    : "the client's first bytes are awaited, meanwhile "
                                            + target(speculative)
                                            + " is dialled and may speak first");
            case StreamDecision.AcceptMesh _ ->
                    new Explanation.Outcome(
                            Explanation.Action.ACCEPT_MESH,
                            null,
                            "a mesh ClientHello: accepted with the mesh certificate, the peer is"
                                    + " verified; no Route is looked at here");
            case StreamDecision.Ask(String id) -> ask(id);
            case StreamDecision.Requests(Upstream otherwise) ->
                    new Explanation.Outcome(
                            Explanation.Action.FORWARD,
                            null,
                            "its requests are served one by one if it speaks HTTP/1.x, otherwise"
                                    + " forwarded to "
                                    + target(otherwise));
            case StreamDecision.Refuse(CloseReason reason, String detail) ->
                    new Explanation.Outcome(
                            Explanation.Action.REFUSE,
                            reason,
                            "closed (" + reason.label() + "): " + detail);
        };
    }

    static Explanation.Outcome of(HttpDecision decision) {
        return switch (decision) {
            case HttpDecision.Forward forward ->
                    new Explanation.Outcome(
                            Explanation.Action.FORWARD,
                            null,
                            "forwarded to "
                                    + target(forward.upstream())
                                    + " with "
                                    + (forward.preserveHost()
                                            ? "the client's Host"
                                            : "the upstream's Host"));
            case HttpDecision.Ask(String id) -> ask(id);
            case HttpDecision.Respond respond ->
                    new Explanation.Outcome(
                            Explanation.Action.RESPOND,
                            respond.reason(),
                            "answered "
                                    + respond.reason().status()
                                    + " ("
                                    + respond.reason().label()
                                    + "): "
                                    + respond.message());
        };
    }

    private static Explanation.Outcome ask(String id) {
        return new Explanation.Outcome(
                Explanation.Action.ASK,
                null,
                "the control plane is asked where " + id + " leads, then it is decided anew");
    }

    /** Whether Routes were looked at. */
    static boolean isRouted(StreamDecision decision) {
        return switch (decision) {
            case StreamDecision.AcceptMesh _, StreamDecision.Ask _ -> false;
            case StreamDecision.Refuse refuse -> refuse.reason() != CloseReason.MESH_REQUIRED;
            case StreamDecision.Forward _, StreamDecision.Wait _, StreamDecision.Requests _ -> true;
        };
    }

    static @Nullable Upstream upstream(StreamDecision decision) {
        return switch (decision) {
            case StreamDecision.Forward forward -> forward.upstream();
            case StreamDecision.Wait(Upstream speculative, var _) -> speculative;
            case StreamDecision.Requests(Upstream otherwise) -> otherwise;
            case StreamDecision.AcceptMesh _, StreamDecision.Refuse _, StreamDecision.Ask _ -> null;
        };
    }

    static String target(Upstream upstream) {
        return upstream.protocol().text() + "://" + upstream.authority();
    }
}
