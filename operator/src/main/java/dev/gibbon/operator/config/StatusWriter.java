package dev.gibbon.operator.config;

import dev.gibbon.core.log.Log;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshStatus;
import dev.gibbon.operator.replica.ReplicaReport;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the statuses of MeshServices and MeshRoutes, by server-side apply, where they are not what
 * they should be. What it writes it does not write again: the next look compares with what the API
 * server has. One thread; blocks.
 */
public final class StatusWriter {
    /** So that a change that concerns many is not a burst of requests. */
    private static final int MAX_WRITES = 50;

    private static final String MANAGER = "gibbon-operator";

    private final KubernetesClient client;
    private final InstantSource clock;
    private final ConditionTurn.Listener turns;
    private final Log log;

    public StatusWriter(
            KubernetesClient client, InstantSource clock, ConditionTurn.Listener turns, Log log) {
        this.client = client;
        this.clock = clock;
        this.turns = turns;
        this.log = log;
    }

    /**
     * Writes what is needed, at most fifty at a time.
     *
     * @param replicas what each says of its sidecars
     * @param serving sidecars that are ready, by namespace
     * @param found what is there now, by {@link MeshObject#key}
     * @return how many were written
     */
    public int write(
            List<Verdict> verdicts,
            Collection<ReplicaReport> replicas,
            Map<String, Integer> serving,
            Map<String, StatusFact> found) {
        int written = 0;
        for (Verdict verdict : verdicts) {
            StatusFact fact = found.get(verdict.key());
            if (fact == null || verdict.pending() || written == MAX_WRITES) {
                continue;
            }
            Programming.Count count = Programming.count(verdict, replicas, serving);
            MeshStatus wanted =
                    StatusComposer.compose(
                            verdict, count.have(), count.need(), fact.status(), clock.instant());
            if (!wanted.equals(fact.status())) {
                written++;
                write(verdict, fact, wanted);
            }
        }
        return written;
    }

    private void write(Verdict verdict, StatusFact fact, MeshStatus wanted) {
        try {
            if (fact.kind().equals(HasMetadata.getKind(MeshService.class))) {
                apply(new MeshService(), fact, wanted);
            } else {
                apply(new MeshRoute(), fact, wanted);
            }
            log.debug("status written", "object", verdict.key());
            ConditionTurn.between(fact.status(), wanted).forEach(turn -> turns.onTurn(fact, turn));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                log.warn(
                        "status could not be written; trying again",
                        "object",
                        verdict.key(),
                        "status",
                        e.getCode(),
                        "cause",
                        String.valueOf(e.getMessage()));
            }
        }
    }

    private <R extends CustomResource<?, MeshStatus>> void apply(
            R resource, StatusFact fact, MeshStatus wanted) {
        resource.setMetadata(
                new ObjectMetaBuilder()
                        .withNamespace(fact.namespace())
                        .withName(fact.name())
                        .build());
        resource.setStatus(wanted);
        client.resource(resource)
                .subresource("status")
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                .withFieldManager(MANAGER)
                                .withForce(true)
                                .build());
    }

    /** What is there, by {@link MeshObject#key}. */
    public static Map<String, StatusFact> byKey(
            Iterable<StatusFact> services, Iterable<StatusFact> routes) {
        Map<String, StatusFact> found = new HashMap<>();
        services.forEach(fact -> found.put(fact.key(), fact));
        routes.forEach(fact -> found.put(fact.key(), fact));
        return found;
    }
}
