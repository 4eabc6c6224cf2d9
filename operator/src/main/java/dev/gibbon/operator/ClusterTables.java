package dev.gibbon.operator;

import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.log.Log;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.operator.config.MeshConfiguration;
import dev.gibbon.operator.config.MeshObject;
import dev.gibbon.operator.config.References;
import dev.gibbon.operator.config.StatusFact;
import dev.gibbon.operator.config.StatusWriter;
import dev.gibbon.operator.discovery.Discovery;
import dev.gibbon.operator.discovery.FactReader;
import dev.gibbon.operator.discovery.NamespaceFact;
import dev.gibbon.operator.discovery.NodeFact;
import dev.gibbon.operator.discovery.PodFact;
import dev.gibbon.operator.discovery.ServiceFact;
import dev.gibbon.operator.discovery.SliceFact;
import dev.gibbon.operator.identity.PodTable;
import dev.gibbon.operator.identity.TrustConfigMaps;
import dev.gibbon.operator.inject.PodNamespace;
import dev.gibbon.operator.replica.ReplicaFact;
import dev.gibbon.operator.rotation.RotationLoop;
import dev.gibbon.operator.unmeshed.UnmeshedPod;
import dev.gibbon.operator.unmeshed.UnmeshedPods;
import dev.gibbon.operator.watch.FactTable;
import dev.gibbon.operator.watch.Informers;
import dev.gibbon.operator.webhook.NamespaceLookup;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The tables that an operator keeps of its cluster, and which objects fill them. */
final class ClusterTables implements PodTable, NamespaceLookup {
    /** The Secret of the authority, in the operator's namespace. */
    static final String AUTHORITY = "gibbon-ca";

    /** Its annotation by which people ask for a change of roots: any value that is new. */
    private static final String ROTATE = "gibbon.dev/rotate";

    private final String namespace;
    private final String clusterDomain;
    private final FactTable<Pod, PodFact> pods;
    private final FactTable<Node, NodeFact> nodes;
    private final FactTable<Namespace, NamespaceFact> namespaces;
    private final FactTable<Service, ServiceFact> services;
    private final FactTable<EndpointSlice, SliceFact> slices;
    private final FactTable<ConfigMap, TrustFact> trust;
    private final FactTable<Secret, RotationLoop.Request> authority;
    private final FactTable<MeshService, MeshObject<MeshService>> meshServices;
    private final FactTable<MeshRoute, MeshObject<MeshRoute>> meshRoutes;
    private final FactTable<MeshService, StatusFact> serviceStatuses;
    private final FactTable<MeshRoute, StatusFact> routeStatuses;
    private final FactTable<MutatingWebhookConfiguration, String> webhooks;
    private final FactTable<Pod, ReplicaFact> replicas;
    private final FactTable<Pod, UnmeshedPod> unmeshed;
    private final KubernetesClient client;

    private record TrustFact(String namespace, String roots) {}

    /**
     * Empty tables.
     *
     * @param namespace the operator's
     * @param unmeshedReader says which pods lack a sidecar
     * @param changed called after each change; must not block
     * @param unmeshedChanged called after a change that concerns pods without a sidecar
     */
    ClusterTables(
            KubernetesClient client,
            String namespace,
            String clusterDomain,
            Function<Pod, Optional<UnmeshedPod>> unmeshedReader,
            Runnable changed,
            Runnable unmeshedChanged,
            Log log) {
        this.client = client;
        this.namespace = namespace;
        this.replicas = new FactTable<>(pod -> ReplicaFact.of(pod, namespace), () -> {}, log);
        this.unmeshed = new FactTable<>(unmeshedReader, unmeshedChanged, log);
        this.meshServices = new FactTable<>(MeshObject::of, changed, log);
        this.meshRoutes = new FactTable<>(MeshObject::of, changed, log);
        this.serviceStatuses = new FactTable<>(StatusFact::of, () -> {}, log);
        this.routeStatuses = new FactTable<>(StatusFact::of, () -> {}, log);
        this.webhooks =
                new FactTable<>(
                        found -> Optional.of(InjectionWebhook.caBundles(found)), changed, log);
        this.clusterDomain = clusterDomain;
        this.pods = new FactTable<>(FactReader::pod, changed, log);
        this.nodes = new FactTable<>(FactReader::node, changed, log);
        this.namespaces =
                new FactTable<>(
                        FactReader::namespace,
                        () -> {
                            changed.run();
                            unmeshedChanged.run();
                        },
                        log);
        this.services = new FactTable<>(FactReader::service, changed, log);
        this.slices = new FactTable<>(FactReader::slice, changed, log);
        this.trust =
                new FactTable<>(
                        map ->
                                Optional.of(
                                        new TrustFact(
                                                map.getMetadata().getNamespace(),
                                                TrustConfigMaps.roots(map))),
                        changed,
                        log);
        this.authority = new FactTable<>(secret -> Optional.of(request(secret)), changed, log);
    }

    private static RotationLoop.Request request(Secret secret) {
        Map<String, String> annotations = secret.getMetadata().getAnnotations();
        return new RotationLoop.Request(
                secret.getMetadata().getResourceVersion(),
                annotations == null ? "" : annotations.getOrDefault(ROTATE, ""));
    }

    /** Says what is to be watched. */
    void register(Informers informers) {
        informers.fill(client.pods().inAnyNamespace(), Pod::new, List.of(pods, replicas, unmeshed));
        informers.fill(client.nodes(), Node::new, List.of(nodes));
        informers.fill(client.namespaces(), Namespace::new, List.of(namespaces));
        informers.fill(client.services().inAnyNamespace(), Service::new, List.of(services));
        informers.fill(
                client.discovery().v1().endpointSlices().inAnyNamespace(),
                EndpointSlice::new,
                List.of(slices));
        informers.fill(
                client.configMaps()
                        .inAnyNamespace()
                        .withField("metadata.name", TrustConfigMaps.NAME),
                ConfigMap::new,
                List.of(trust));
        informers.fill(
                client.secrets().inNamespace(namespace).withField("metadata.name", AUTHORITY),
                Secret::new,
                List.of(authority));
        informers.fill(
                client.resources(MeshService.class).inAnyNamespace(),
                MeshService::new,
                List.of(meshServices, serviceStatuses));
        informers.fill(
                client.resources(MeshRoute.class).inAnyNamespace(),
                MeshRoute::new,
                List.of(meshRoutes, routeStatuses));
        informers.fill(
                client.admissionRegistration()
                        .v1()
                        .mutatingWebhookConfigurations()
                        .withField("metadata.name", InjectionWebhook.CONFIGURATION),
                MutatingWebhookConfiguration::new,
                List.of(webhooks));
    }

    /** The cluster now. */
    Discovery discovery(TrustDomain trustDomain) {
        return new Discovery(
                new Discovery.Facts(
                        trustDomain,
                        clusterDomain,
                        namespaces.all(),
                        nodes.all(),
                        pods.all(),
                        services.all(),
                        slices.all()));
    }

    /** The roots that namespaces have now. */
    Map<String, String> trustFound() {
        Map<String, String> found = new HashMap<>();
        trust.all().forEach(fact -> found.put(fact.namespace(), fact.roots()));
        return found;
    }

    /** Compiles what there is, unless that would give the same as before. */
    MeshConfiguration configuration(@Nullable MeshConfiguration before, References references) {
        Collection<MeshObject<MeshService>> allServices = meshServices.all();
        Collection<MeshObject<MeshRoute>> allRoutes = meshRoutes.all();
        return before != null && before.isOf(allServices, allRoutes, references)
                ? before
                : MeshConfiguration.compile(allServices, allRoutes, references);
    }

    /** What MeshServices and MeshRoutes say of themselves. */
    Map<String, StatusFact> statuses() {
        return StatusWriter.byKey(serviceStatuses.all(), routeStatuses.all());
    }

    /** The roots by which the API server verifies the webhook; empty without a configuration. */
    Optional<String> webhookRoots() {
        return webhooks.get(null, InjectionWebhook.CONFIGURATION);
    }

    /**
     * {@inheritDoc}
     *
     * <p>A label that was set a moment ago may not have reached the table; so the API server is
     * asked unless the table says yes.
     */
    @Override
    public PodNamespace find(String name, Duration timeout) throws IOException {
        Optional<NamespaceFact> known = namespaces.get(null, name).filter(NamespaceFact::injected);
        if (known.isPresent()) {
            return new PodNamespace(name, known.get().labels());
        }
        try {
            return Optional.ofNullable(client.namespaces().withName(name).get())
                    .flatMap(FactReader::namespace)
                    .map(fact -> new PodNamespace(name, fact.labels()))
                    .orElseThrow(() -> new IOException("namespace " + name + ": none"));
        } catch (KubernetesClientException e) {
            throw new IOException("namespace " + name + ": cannot be read", e);
        }
    }

    /** The authority's Secret; its version is empty text when there is none. */
    RotationLoop.Request authority() {
        return authority.get(namespace, AUTHORITY).orElse(new RotationLoop.Request("", ""));
    }

    /** The operator's pods but for this one. */
    Collection<ReplicaFact> replicasBut(String podName) {
        return replicas.all().stream().filter(one -> !one.name().equals(podName)).toList();
    }

    /** Pods that should be meshed and are not. */
    List<UnmeshedPods.Found> unmeshed() {
        return UnmeshedPods.find(unmeshed.all(), namespaces.all());
    }

    @Override
    public Optional<PodFact> get(String namespace, String name) {
        return pods.get(namespace, name);
    }

    @Override
    public Optional<PodFact> await(
            String namespace, String name, Predicate<PodFact> wanted, long limitMillis)
            throws InterruptedException {
        return pods.await(namespace, name, wanted, limitMillis);
    }
}
