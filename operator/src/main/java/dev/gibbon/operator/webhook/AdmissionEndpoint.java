package dev.gibbon.operator.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.inject.Injection;
import dev.gibbon.operator.inject.InjectionDecision;
import dev.gibbon.operator.inject.Injector;
import dev.gibbon.operator.inject.PodNamespace;
import dev.gibbon.operator.inject.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * {@code POST /inject}: answers an {@code AdmissionReview} of a pod. Independent of the HTTP
 * server. Any thread may call; may block for as long as the lookup of the namespace takes, at most
 * {@link #LOOKUP_TIMEOUT}.
 *
 * <p>What is no review of a pod is refused, not waved through: the configuration of the webhook
 * sends nothing else, and a mistake in it should show.
 */
public final class AdmissionEndpoint {
    /**
     * The longest body that is read, in bytes: an object of 1.5 MiB twice, and what is around it.
     */
    public static final int MAX_BODY = 4 << 20;

    /** Of the 10 s that the API server waits. */
    public static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(5);

    private static final String PATH = "/inject";
    private static final int UNPROCESSABLE = 422;
    private static final int UNAVAILABLE = 503;

    /**
     * As deep as the API server reads (apimachinery, json: 10,000 is its limit; CRDs are no pods).
     */
    private static final int MAX_DEPTH = 200;

    private static final ObjectMapper JSON =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final Injector injector;
    private final NamespaceLookup namespaces;
    private final InjectionEvents events;
    private final InjectionMetrics metrics;
    private final Log log;
    private final LongSupplier nanoTime;

    /**
     * @param nanoTime a clock that only goes forward, e.g. {@code System::nanoTime}
     */
    public AdmissionEndpoint(
            Injector injector,
            NamespaceLookup namespaces,
            InjectionEvents events,
            InjectionMetrics metrics,
            Log log,
            LongSupplier nanoTime) {
        this.injector = injector;
        this.namespaces = namespaces;
        this.events = events;
        this.metrics = metrics;
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /**
     * Answers one request.
     *
     * @param path without the query, in which the API server repeats its timeout
     * @param body whole
     * @throws InterruptedException when the server is being stopped
     */
    HttpAnswer answer(String method, String path, byte[] body) throws InterruptedException {
        if (!path.equals(PATH)) {
            return HttpAnswer.text(404, "no such path (expected: " + PATH + ")");
        }
        if (!method.equals("POST")) {
            return HttpAnswer.text(405, "method not allowed (expected: POST)");
        }
        AdmissionRequest request;
        try {
            request = AdmissionRequest.read(JSON.readTree(body));
        } catch (IOException | IllegalArgumentException e) {
            metrics.onBadRequest();
            log.warn("admission review cannot be read", "problem", problem(e));
            return HttpAnswer.text(400, problem(e));
        }
        return HttpAnswer.json(review(request).toString());
    }

    private static String problem(Exception e) {
        return e instanceof IllegalArgumentException
                ? String.valueOf(e.getMessage())
                : "the body is no JSON that can be read";
    }

    private ObjectNode review(AdmissionRequest request) throws InterruptedException {
        if (!request.isPod()) {
            metrics.onBadRequest();
            return AdmissionAnswer.refused(
                    request.uid(),
                    400,
                    "gibbon injects pods of v1 only; the webhook's rules send it something else",
                    "refuse not-a-pod");
        }
        if (!request.operation().equals("CREATE")) {
            return AdmissionAnswer.allowed(
                    request.uid(),
                    JsonNodeFactory.instance.arrayNode(),
                    List.of(),
                    "skip not-a-creation");
        }
        long start = nanoTime.getAsLong();
        Injection injection = inject(request);
        InjectionDecision decision = injection.decision();
        report(request, decision);
        metrics.onDecision(decision.reason(), Duration.ofNanos(nanoTime.getAsLong() - start));
        return answer(request, injection);
    }

    private Injection inject(AdmissionRequest request) throws InterruptedException {
        try {
            PodNamespace namespace = namespaces.find(request.namespace(), LOOKUP_TIMEOUT);
            return injector.inject(namespace, request.object(), false);
        } catch (IOException e) {
            log.warn(
                    "namespace cannot be looked up",
                    "namespace",
                    request.namespace(),
                    "problem",
                    String.valueOf(e.getMessage()));
            InjectionDecision refused =
                    new InjectionDecision.Refuse(
                            Reason.NAMESPACE_UNKNOWN,
                            Reason.NAMESPACE_UNKNOWN.sentence() + "; try again");
            return new Injection(refused, request.object(), request.object(), List.of());
        }
    }

    private static ObjectNode answer(AdmissionRequest request, Injection injection) {
        InjectionDecision decision = injection.decision();
        Reason reason = decision.reason();
        String note = reason.outcome().name().toLowerCase(Locale.ROOT) + " " + reason.id();
        return switch (decision) {
            case InjectionDecision.Inject _ ->
                    AdmissionAnswer.allowed(
                            request.uid(), injection.patch(), injection.warnings(), note);
            case InjectionDecision.Skip _ ->
                    AdmissionAnswer.allowed(
                            request.uid(),
                            JsonNodeFactory.instance.arrayNode(),
                            reason.isUnexpected()
                                    ? List.of("the pod gets no sidecar: " + reason.sentence())
                                    : List.of(),
                            note);
            case InjectionDecision.Refuse refuse ->
                    AdmissionAnswer.refused(
                            request.uid(),
                            reason == Reason.NAMESPACE_UNKNOWN ? UNAVAILABLE : UNPROCESSABLE,
                            "gibbon: " + refuse.message(),
                            note);
        };
    }

    private void report(AdmissionRequest request, InjectionDecision decision) {
        log.debug(
                "pod reviewed",
                "pod",
                request.pod(),
                "outcome",
                decision.reason().outcome(),
                "reason",
                decision.reason().id());
        if (decision.reason().isUnexpected() && !request.dryRun()) {
            events.onDecision(request.pod(), decision);
        }
    }
}
