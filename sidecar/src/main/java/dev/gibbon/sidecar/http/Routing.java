package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.HttpDecision;
import dev.gibbon.core.route.HttpKey;
import io.netty.util.concurrent.Future;
import java.util.HashSet;
import java.util.Set;

/**
 * Has it decided what happens to one request; where it is not known where that leads, the control
 * plane is asked, and the decision made again. Confined to the client connection's event loop.
 */
final class Routing {

    /** Told once, unless it is cancelled before. */
    interface Listener {
        void respond(HttpDecision.Respond decision);

        /**
         * @param decider whose configuration that was decided by
         */
        void forward(Decisions decider, HttpDecision.Forward decision);
    }

    private final ClientConnection client;
    private final HttpKey key;
    private final Listener listener;

    /** Ids that the control plane was asked for in vain. */
    private Set<String> unanswered = Set.of();

    private boolean cancelled;

    Routing(ClientConnection client, RequestHead head, Listener listener) {
        this.client = client;
        this.listener = listener;
        Authority authority = head.authority();
        this.key =
                new HttpKey(
                        client.scheme(),
                        head.method(),
                        authority == null ? "" : authority.host(),
                        head.path(),
                        client.arrival().destination(),
                        head.fields());
    }

    /** The listener may be told before this returns. */
    void start() {
        Decisions decider = client.frontend().decider();
        switch (decider.http(client.arrival(), key, unanswered)) {
            case HttpDecision.Ask(String id) -> ask(id);
            case HttpDecision.Respond respond -> listener.respond(respond);
            case HttpDecision.Forward forward -> listener.forward(decider, forward);
        }
    }

    private void ask(String id) {
        client.frontend()
                .destinations()
                .ask(client.channel().eventLoop(), id)
                .addListener((Future<Boolean> answer) -> {
                    if (cancelled) {
                        return;
                    }
                    if (!Boolean.TRUE.equals(answer.getNow())) {
                        Set<String> more = new HashSet<>(unanswered);
                        more.add(id);
                        unanswered = more;
                    }
                    start();
                });
    }

    void cancel() {
        cancelled = true;
    }
}
