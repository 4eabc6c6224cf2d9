package dev.gibbon.operator.status;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.operator.feed.MeshPublication;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers what people ask of a running mesh. Read-only: whoever reaches the port learns how the
 * mesh is configured, as from the metrics, and cannot change it. Any thread.
 *
 * <pre>
 * GET /v1/why?pod=NAMESPACE/NAME&amp;to=DESTINATION[&amp;sni=NAME][&amp;http=METHOD URL]
 * GET /v1/sidecars
 * </pre>
 */
public final class MeshQuestions {
    /** An answer indexes all rules of a namespace: nobody may keep the operator from its work. */
    private static final int AT_ONCE = 2;

    private final Supplier<@Nullable MeshPublication> published;
    private final Supplier<List<SidecarStatus>> sidecars;
    private final Semaphore free = new Semaphore(AT_ONCE);

    /**
     * @param published the newest revision; null before the first
     * @param sidecars what this replica knows of
     */
    public MeshQuestions(
            Supplier<@Nullable MeshPublication> published, Supplier<List<SidecarStatus>> sidecars) {
        this.published = published;
        this.sidecars = sidecars;
    }

    /**
     * Answers {@code /v1/why}.
     *
     * @param query as it was sent; empty for none
     */
    public StatusAnswer why(String query) {
        MeshPublication now = published.get();
        if (now == null) {
            return message(503, "nothing has been published yet; try again");
        }
        if (!free.tryAcquire()) {
            return message(429, "others are asking; try again");
        }
        try {
            PodQuestion question = PodQuestion.read(Query.parse(query), now.discovery());
            return new StatusAnswer(200, PodAnswerJson.render(new PodWhy(now).answer(question)));
        } catch (BadQuestion e) {
            return message(e.status(), e.message());
        } catch (FeedConfig.IncompleteFeed e) {
            return message(500, String.valueOf(e.getMessage()));
        } finally {
            free.release();
        }
    }

    /** Answers {@code /v1/sidecars}. */
    public StatusAnswer sidecars() {
        MeshPublication now = published.get();
        return new StatusAnswer(
                200, SidecarsJson.render(now == null ? 0 : now.revision(), sidecars.get()));
    }

    private static StatusAnswer message(int status, String message) {
        return new StatusAnswer(
                status, JsonNodeFactory.instance.objectNode().put("message", message).toString());
    }
}
