package dev.gibbon.operator.check;

import dev.gibbon.crd.ConditionType;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;
import java.util.Optional;

/** What the operator has said of MeshServices and MeshRoutes. */
final class ConfigurationChecks {
    private ConfigurationChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        Group.CONFIGURATION,
                        "mesh-services-programmed",
                        "Every MeshService is accepted and programmed",
                        "Accepted=False: its spec breaks a rule, and it does nothing."
                                + " ResolvedRefs=False: a Service or Secret that it names is not"
                                + " there or does not fit. Programmed=False: some sidecars do not"
                                + " have it yet.",
                        "The condition's message says what; kubectl describe meshservice <name>.",
                        ConfigurationChecks::services),
                new Check(
                        Group.CONFIGURATION,
                        "mesh-routes-programmed",
                        "Every MeshRoute is accepted and programmed",
                        "As for MeshServices: with Accepted or ResolvedRefs False it takes no"
                                + " traffic, with Programmed False not everywhere yet.",
                        "The condition's message says what; kubectl describe meshroute <name>.",
                        ConfigurationChecks::routes),
                new Check(
                        Group.CONFIGURATION,
                        "status-current",
                        "Conditions are about the latest specs",
                        "The operator has not looked at the latest change: the conditions are those"
                                + " of an older spec, and so is what sidecars do.",
                        "Wait some seconds and look again. If it stays so: see operator-leader and"
                                + " the operator's logs.",
                        ConfigurationChecks::observed));
    }

    private static Outcome services(ClusterSnapshot cluster) throws NotRead {
        List<MeshService> services = covered(cluster, Topic.MESH_SERVICES);
        Findings findings = new Findings();
        services.forEach(one -> conditions(one, one.getStatus(), findings));
        return findings.orElse(Count.of(services.size(), "MeshService"));
    }

    private static Outcome routes(ClusterSnapshot cluster) throws NotRead {
        List<MeshRoute> routes = covered(cluster, Topic.MESH_ROUTES);
        Findings findings = new Findings();
        routes.forEach(one -> conditions(one, one.getStatus(), findings));
        return findings.orElse(Count.of(routes.size(), "MeshRoute"));
    }

    /** Those in the namespaces that are looked at. */
    static <T extends CustomResource<?, ?>> List<T> covered(
            ClusterSnapshot cluster, Topic<List<T>> topic) throws NotRead {
        return cluster.get(topic).stream()
                .filter(one -> cluster.scope().covers(one.getMetadata().getNamespace()))
                .filter(one -> one.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    static String name(CustomResource<?, ?> object) {
        return object.getKind()
                + " "
                + object.getMetadata().getNamespace()
                + "/"
                + object.getMetadata().getName();
    }

    private static void conditions(
            CustomResource<?, ?> object, MeshStatus status, Findings findings) {
        if (status == null || status.conditions().isEmpty()) {
            findings.warning(name(object) + ": the operator has not said anything of it");
            return;
        }
        for (ConditionType type : ConditionType.values()) {
            Optional<Condition> condition =
                    status.conditions().stream()
                            .filter(one -> type.text().equals(one.getType()))
                            .findFirst();
            if (condition.isEmpty() || "True".equals(condition.get().getStatus())) {
                continue;
            }
            String text =
                    name(object)
                            + ": "
                            + type.text()
                            + "="
                            + condition.get().getStatus()
                            + " ("
                            + condition.get().getReason()
                            + "): "
                            + condition.get().getMessage();
            switch (type) {
                case ACCEPTED, RESOLVED_REFS -> findings.failed(text);
                // Sidecars are behind for a moment after every change.
                case PROGRAMMED -> findings.warning(text);
            }
        }
    }

    private static Outcome observed(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        List<MeshService> services = covered(cluster, Topic.MESH_SERVICES);
        List<MeshRoute> routes = covered(cluster, Topic.MESH_ROUTES);
        services.forEach(one -> observed(one, one.getStatus(), findings));
        routes.forEach(one -> observed(one, one.getStatus(), findings));
        return findings.orElse(Count.of(services.size() + routes.size(), "object"));
    }

    private static void observed(
            CustomResource<?, ?> object, MeshStatus status, Findings findings) {
        Long generation = object.getMetadata().getGeneration();
        Long seen = status == null ? null : status.observedGeneration();
        if (generation != null && seen != null && seen < generation) {
            findings.warning(
                    name(object)
                            + ": conditions of generation "
                            + seen
                            + " (expected: "
                            + generation
                            + ")");
        }
    }
}
