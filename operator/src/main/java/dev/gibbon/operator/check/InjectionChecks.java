package dev.gibbon.operator.check;

import dev.gibbon.operator.inject.MeshNames;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import java.util.List;
import java.util.Map;

/** Whether namespaces and webhook are set up so that new pods are injected. */
final class InjectionChecks {
    /** What the chart calls it. */
    static final String CONFIGURATION = "gibbon-injection";

    private static final String MODE = "gibbon.dev/mesh";
    private static final String POD_SECURITY = "pod-security.kubernetes.io/enforce";

    private InjectionChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        Group.INJECTION,
                        "webhook-present",
                        "The API server asks the operator about new pods",
                        "Without the webhook, or one of its two entries, pods that should be meshed"
                                + " start without a sidecar and nobody notices.",
                        "helm upgrade the release, which restores MutatingWebhookConfiguration"
                                + " gibbon-injection.",
                        InjectionChecks::webhook),
                new Check(
                        Group.INJECTION,
                        "webhook-fails-closed",
                        "No pod of a labelled namespace starts unmeshed",
                        "With another failurePolicy than Fail, pods that are created while the"
                                + " operator does not answer are outside of the mesh until they"
                                + " are restarted.",
                        "helm upgrade the release; look for a tool that changes webhooks.",
                        InjectionChecks::failsClosed),
                new Check(
                        Group.INJECTION,
                        "namespaces-labelled",
                        "Some namespace is labelled for injection",
                        "Only pods in namespaces with the label gibbon.dev/inject=enabled, and pods"
                                + " that have it themselves, are meshed.",
                        "kubectl label namespace <name> gibbon.dev/inject=enabled, then restart the"
                                + " pods that are there.",
                        InjectionChecks::labelled),
                new Check(
                        Group.INJECTION,
                        "namespace-words-known",
                        "Labels and annotations of namespaces are spelt right",
                        "A misspelt one does nothing, and nothing says so: the namespace is not"
                                + " injected, or is permissive where strict was meant.",
                        "Labels: gibbon.dev/inject=enabled|disabled. Annotations:"
                                + " gibbon.dev/mesh=permissive|strict.",
                        InjectionChecks::words),
                new Check(
                        Group.INJECTION,
                        "namespace-pod-security",
                        "Labelled namespaces admit the mesh's containers",
                        "Pod Security's levels baseline and restricted refuse NET_ADMIN of"
                                + " gibbon-capture and NET_RAW of gibbon-sidecar: pods are not"
                                + " created.",
                        "Label the namespace pod-security.kubernetes.io/enforce=privileged, and"
                                + " hold its pods to a level with warn and audit.",
                        InjectionChecks::podSecurity));
    }

    private static List<MutatingWebhook> webhooks(ClusterSnapshot cluster) throws NotRead {
        return cluster.get(Topic.WEBHOOKS).stream()
                .flatMap(configuration -> configuration.getWebhooks().stream())
                .toList();
    }

    private static Outcome webhook(ClusterSnapshot cluster) throws NotRead {
        List<MutatingWebhook> webhooks = webhooks(cluster);
        Findings findings = new Findings();
        if (webhooks.isEmpty()) {
            return findings.failed("no MutatingWebhookConfiguration " + CONFIGURATION).orElse("");
        }
        if (webhooks.stream().noneMatch(one -> asksForEnabled(one.getNamespaceSelector()))) {
            findings.failed("no entry for namespaces with " + MeshNames.INJECT + "=enabled");
        }
        if (webhooks.stream().noneMatch(one -> asksForEnabled(one.getObjectSelector()))) {
            findings.failed("no entry for pods with " + MeshNames.INJECT + "=enabled");
        }
        return findings.orElse(CONFIGURATION);
    }

    private static boolean asksForEnabled(LabelSelector selector) {
        return selector != null
                && (MeshNames.ENABLED.equals(
                                selector.getMatchLabels() == null
                                        ? null
                                        : selector.getMatchLabels().get(MeshNames.INJECT))
                        || selector.getMatchExpressions().stream()
                                .anyMatch(one ->
                                        MeshNames.INJECT.equals(one.getKey())
                                                && "In".equals(one.getOperator())
                                                && one.getValues().contains(MeshNames.ENABLED)));
    }

    private static Outcome failsClosed(ClusterSnapshot cluster) throws NotRead {
        List<MutatingWebhook> webhooks = webhooks(cluster);
        if (webhooks.isEmpty()) {
            return Outcome.skipped("there is no webhook");
        }
        Findings findings = new Findings();
        for (MutatingWebhook webhook : webhooks) {
            if (!"Fail".equals(webhook.getFailurePolicy())) {
                findings.failed(
                        webhook.getName()
                                + ": failurePolicy "
                                + webhook.getFailurePolicy()
                                + " (expected: Fail)");
            }
        }
        return findings.orElse("failurePolicy Fail");
    }

    private static Outcome labelled(ClusterSnapshot cluster) throws NotRead {
        List<String> names =
                MeshNamespaces.injected(cluster).stream()
                        .map(one -> one.getMetadata().getName())
                        .sorted()
                        .toList();
        if (names.isEmpty()) {
            String only = cluster.scope().namespace();
            return new Findings()
                    .warning(
                            only == null
                                    ? "none (expected: at least one)"
                                    : only + ": not labelled, or not there")
                    .orElse("");
        }
        return Outcome.ok(
                names.size() > 3
                        ? names.size() + ": " + String.join(", ", names.subList(0, 3)) + ", ..."
                        : String.join(", ", names));
    }

    private static Outcome words(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        List<Namespace> namespaces = MeshNamespaces.all(cluster);
        for (Namespace namespace : namespaces) {
            String where = "namespace " + namespace.getMetadata().getName() + ": ";
            words(
                    where + "label ",
                    namespace.getMetadata().getLabels(),
                    Map.of(MeshNames.INJECT, List.of(MeshNames.ENABLED, MeshNames.DISABLED)),
                    "an annotation",
                    findings);
            words(
                    where + "annotation ",
                    namespace.getMetadata().getAnnotations(),
                    Map.of(MODE, List.of("permissive", "strict")),
                    "a label",
                    findings);
        }
        return findings.orElse(Count.of(namespaces.size(), "namespace"));
    }

    private static void words(
            String where,
            Map<String, String> found,
            Map<String, List<String>> known,
            String otherwise,
            Findings findings) {
        if (found == null) {
            return;
        }
        found.forEach((name, value) -> {
            List<String> values = known.get(name);
            if (values != null && !values.contains(value)) {
                findings.warning(
                        where
                                + name
                                + "="
                                + value
                                + " ("
                                + NearestWord.question(value, values)
                                + ")");
            } else if (values == null && name.startsWith(MeshNames.PREFIX)) {
                findings.warning(
                        where
                                + name
                                + " does nothing ("
                                + (name.equals(MODE) || name.equals(MeshNames.INJECT)
                                        ? "expected: " + otherwise
                                        : NearestWord.question(name, known.keySet()))
                                + ")");
            }
        });
    }

    private static Outcome podSecurity(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        List<Namespace> injected = MeshNamespaces.injected(cluster);
        for (Namespace namespace : injected) {
            String level = InstallationChecks.label(namespace, POD_SECURITY);
            if (level.equals("baseline") || level.equals("restricted")) {
                findings.failed(
                        "namespace "
                                + namespace.getMetadata().getName()
                                + ": enforces "
                                + level
                                + " (expected: privileged)");
            }
        }
        return findings.orElse(Count.of(injected.size(), "namespace"));
    }
}
