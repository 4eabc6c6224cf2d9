package dev.gibbon.operator.check;

import dev.gibbon.crd.MeshService;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether the chart is installed once, and whole. */
final class InstallationChecks {
    /** The operator's Deployment, Service, ServiceAccount and Lease. */
    static final String OPERATOR = "gibbon-operator";

    private static final String VERSION_LABEL = "app.kubernetes.io/version";
    private static final String RELEASE_LABEL = "app.kubernetes.io/instance";
    private static final List<String> DEFINITIONS =
            List.of("meshservices." + MeshService.GROUP, "meshroutes." + MeshService.GROUP);

    private InstallationChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        Group.INSTALLATION,
                        "definitions-installed",
                        "MeshService and MeshRoute are defined, in this version",
                        "Without the definitions kubectl knows no MeshServices and MeshRoutes, and"
                                + " the operator cannot read them. Definitions of another version"
                                + " than the operator's may lack fields.",
                        "helm upgrade the release with crds.install=true; or apply the files of"
                                + " crds/yaml of the operator's version.",
                        InstallationChecks::definitions),
                new Check(
                        Group.INSTALLATION,
                        "definitions-stored-versions",
                        "No object is stored in a version that is gone",
                        "Objects that are stored in a version that is no longer defined cannot be"
                                + " read any more.",
                        "Write every object once more (kubectl get ... -o yaml | kubectl replace"
                                + " -f -), then take the old version out of the definition's"
                                + " status.storedVersions.",
                        InstallationChecks::storedVersions),
                new Check(
                        Group.INSTALLATION,
                        "single-release",
                        "The chart is installed once",
                        "Two releases fight over the webhook, the definitions and the roots in"
                                + " labelled namespaces: pods of one get certificates of the"
                                + " other.",
                        "helm list -A, and uninstall one of them.",
                        InstallationChecks::singleRelease),
                new Check(
                        Group.INSTALLATION,
                        "operator-ready",
                        "All replicas of the operator are ready",
                        "Without a ready operator, meshed pods go on with what they know, but new"
                                + " pods in labelled namespaces are not created and certificates"
                                + " are not renewed.",
                        "kubectl -n <mesh namespace> describe pods, and logs"
                                + " deploy/gibbon-operator.",
                        InstallationChecks::operatorReady),
                new Check(
                        Group.INSTALLATION,
                        "operator-replicas-agree",
                        "All replicas of the operator run the same image",
                        "During a rollout that is so for a moment. Otherwise a rollout is stuck, or"
                                + " a tag was moved: which answer a pod gets depends on whom it"
                                + " asks.",
                        "kubectl -n <mesh namespace> rollout status deploy/gibbon-operator; install"
                                + " by a tag that does not move.",
                        InstallationChecks::replicasAgree),
                new Check(
                        Group.INSTALLATION,
                        "operator-available",
                        "The operator survives the loss of a replica",
                        "With one replica, or without a disruption budget, a drained node holds up"
                                + " the creation of pods in labelled namespaces.",
                        "Set operator.replicas to 2 or more; the chart makes the budget.",
                        InstallationChecks::available),
                new Check(
                        Group.INSTALLATION,
                        "program-version",
                        "This program is of the operator's version",
                        "What it expects may be different from what is installed.",
                        "Use the gibbon of the installed version, or upgrade the release.",
                        InstallationChecks::programVersion));
    }

    /** The operator's Deployment. */
    static Optional<Deployment> operator(ClusterSnapshot cluster) throws NotRead {
        return cluster.get(Topic.DEPLOYMENTS).stream()
                .filter(one -> OPERATOR.equals(one.getMetadata().getName()))
                .filter(one ->
                        cluster.scope().meshNamespace().equals(one.getMetadata().getNamespace()))
                .findFirst();
    }

    /**
     * Of the operator.
     *
     * @throws NotRead when it is not installed, too
     */
    static String version(ClusterSnapshot cluster) throws NotRead {
        return operator(cluster)
                .map(one -> label(one, VERSION_LABEL))
                .filter(version -> !version.isEmpty())
                .orElseThrow(() -> new NotRead("the operator's Deployment says no version"));
    }

    static String label(HasMetadata object, String name) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(name, "");
    }

    private static String absent(ClusterSnapshot cluster) {
        return "no Deployment "
                + OPERATOR
                + " in "
                + cluster.scope().meshNamespace()
                + " (if it is elsewhere: --mesh-namespace)";
    }

    private static Outcome definitions(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        List<CustomResourceDefinition> found = cluster.get(Topic.DEFINITIONS);
        String wanted = operator(cluster).map(one -> label(one, VERSION_LABEL)).orElse("");
        for (String name : DEFINITIONS) {
            Optional<CustomResourceDefinition> definition =
                    found.stream()
                            .filter(one -> name.equals(one.getMetadata().getName()))
                            .findFirst();
            if (definition.isEmpty()) {
                findings.failed(name + ": not installed");
                continue;
            }
            if (definition.get().getSpec().getVersions().stream()
                    .noneMatch(one ->
                            MeshService.VERSION.equals(one.getName())
                                    && Boolean.TRUE.equals(one.getServed()))) {
                findings.failed(name + ": does not serve " + MeshService.VERSION);
            }
            if (definition.get().getStatus() == null
                    || definition.get().getStatus().getConditions().stream()
                            .noneMatch(one ->
                                    "Established".equals(one.getType())
                                            && "True".equals(one.getStatus()))) {
                findings.failed(name + ": not established");
            }
            String version = label(definition.get(), VERSION_LABEL);
            if (!version.isEmpty() && !wanted.isEmpty() && !version.equals(wanted)) {
                findings.warning(
                        name
                                + ": of version "
                                + version
                                + " (expected: the operator's, "
                                + wanted
                                + ")");
            }
        }
        return findings.orElse(MeshService.GROUP + "/" + MeshService.VERSION);
    }

    private static Outcome storedVersions(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        int looked = 0;
        for (CustomResourceDefinition definition : cluster.get(Topic.DEFINITIONS)) {
            if (!DEFINITIONS.contains(definition.getMetadata().getName())
                    || definition.getStatus() == null) {
                continue;
            }
            looked++;
            for (String stored : definition.getStatus().getStoredVersions()) {
                if (definition.getSpec().getVersions().stream()
                        .noneMatch(one -> stored.equals(one.getName()))) {
                    findings.failed(
                            definition.getMetadata().getName()
                                    + ": objects may be stored as "
                                    + stored
                                    + ", which is not defined any more");
                }
            }
        }
        return looked == 0
                ? Outcome.skipped("not installed")
                : findings.orElse("only " + MeshService.VERSION);
    }

    private static Outcome singleRelease(ClusterSnapshot cluster) throws NotRead {
        Set<String> releases = new TreeSet<>();
        for (Deployment one : cluster.get(Topic.DEPLOYMENTS)) {
            releases.add(one.getMetadata().getNamespace() + "/" + label(one, RELEASE_LABEL));
        }
        if (releases.isEmpty()) {
            return new Findings().failed(absent(cluster)).orElse("");
        }
        Findings findings = new Findings();
        if (releases.size() > 1) {
            findings.failed(
                    "releases " + String.join(", ", releases) + " (expected: one in a cluster)");
        }
        return findings.orElse("release " + String.join("", releases));
    }

    private static Outcome operatorReady(ClusterSnapshot cluster) throws NotRead {
        Optional<Deployment> operator = operator(cluster);
        if (operator.isEmpty()) {
            return new Findings().failed(absent(cluster)).orElse("");
        }
        int wanted = replicas(operator.get());
        DeploymentStatus status = operator.get().getStatus();
        int ready =
                status == null || status.getReadyReplicas() == null ? 0 : status.getReadyReplicas();
        Findings findings = new Findings();
        String text = ready + " of " + wanted + " replicas are ready";
        if (ready == 0) {
            findings.failed(text);
        } else if (ready < wanted) {
            findings.warning(text);
        }
        return findings.orElse(text);
    }

    private static int replicas(Deployment deployment) {
        DeploymentSpec spec = deployment.getSpec();
        return spec == null || spec.getReplicas() == null ? 1 : spec.getReplicas();
    }

    private static Outcome replicasAgree(ClusterSnapshot cluster) throws NotRead {
        Set<String> images = new TreeSet<>();
        for (Pod pod : cluster.get(Topic.OPERATOR_PODS)) {
            if (pod.getStatus() == null || pod.getMetadata().getDeletionTimestamp() != null) {
                continue;
            }
            for (ContainerStatus container : pod.getStatus().getContainerStatuses()) {
                if ("operator".equals(container.getName())
                        && container.getImageID() != null
                        && !container.getImageID().isEmpty()) {
                    images.add(container.getImage() + " (" + container.getImageID() + ")");
                }
            }
        }
        if (images.isEmpty()) {
            return Outcome.skipped("no pod of the operator runs");
        }
        Findings findings = new Findings();
        if (images.size() > 1) {
            findings.warning("images " + String.join(", ", images) + " (expected: one)");
        }
        return findings.orElse(images.iterator().next().replaceFirst(" .*", ""));
    }

    private static Outcome available(ClusterSnapshot cluster) throws NotRead {
        Optional<Deployment> operator = operator(cluster);
        if (operator.isEmpty()) {
            return Outcome.skipped(absent(cluster));
        }
        Findings findings = new Findings();
        int replicas = replicas(operator.get());
        boolean budget =
                cluster.get(Topic.BUDGETS).stream()
                        .anyMatch(one -> OPERATOR.equals(one.getMetadata().getName()));
        if (replicas < 2) {
            findings.warning(replicas + " replica (expected: 2 or more)");
        } else if (!budget) {
            findings.warning("no PodDisruptionBudget " + OPERATOR + " (expected: one)");
        }
        return findings.orElse(replicas + " replicas and a disruption budget");
    }

    private static Outcome programVersion(ClusterSnapshot cluster) throws NotRead {
        String operator = version(cluster);
        String own = cluster.scope().version();
        Findings findings = new Findings();
        if (!operator.equals(own)) {
            findings.warning("this program is " + own + ", the operator " + operator);
        }
        return findings.orElse(own);
    }
}
