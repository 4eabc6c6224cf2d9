package dev.gibbon.operator;

import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.discovery.Discovery;
import dev.gibbon.operator.discovery.FactReader;
import dev.gibbon.operator.discovery.NamespaceFact;
import dev.gibbon.operator.discovery.NodeFact;
import dev.gibbon.operator.discovery.PodFact;
import dev.gibbon.operator.discovery.ServiceFact;
import dev.gibbon.operator.discovery.SliceFact;
import dev.gibbon.operator.identity.PodTable;
import dev.gibbon.operator.identity.TrustConfigMaps;
import dev.gibbon.operator.watch.FactTable;
import dev.gibbon.operator.watch.Informers;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The tables that an operator keeps of its cluster, and which objects fill them. */
final class ClusterTables implements PodTable {
    /** The Secret of the authority, in the operator's namespace. */
    static final String AUTHORITY = "gibbon-ca";

    private final String clusterDomain;
    private final FactTable<Pod, PodFact> pods;
    private final FactTable<Node, NodeFact> nodes;
    private final FactTable<Namespace, NamespaceFact> namespaces;
    private final FactTable<Service, ServiceFact> services;
    private final FactTable<EndpointSlice, SliceFact> slices;
    private final FactTable<ConfigMap, TrustFact> trust;
    private final FactTable<Secret, String> authority;

    private record TrustFact(String namespace, String roots) {}

    /**
     * Empty tables.
     *
     * @param changed called after each change; must not block
     */
    ClusterTables(String clusterDomain, Runnable changed, Log log) {
        this.clusterDomain = clusterDomain;
        this.pods = new FactTable<>(FactReader::pod, changed, log);
        this.nodes = new FactTable<>(FactReader::node, changed, log);
        this.namespaces = new FactTable<>(FactReader::namespace, changed, log);
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
        this.authority =
                new FactTable<>(
                        secret -> Optional.ofNullable(secret.getMetadata().getResourceVersion()),
                        changed,
                        log);
    }

    /** Says what is to be watched. */
    void register(Informers informers, KubernetesClient client, String namespace) {
        informers.fill(client.pods().inAnyNamespace(), Pod::new, pods);
        informers.fill(client.nodes(), Node::new, nodes);
        informers.fill(client.namespaces(), Namespace::new, namespaces);
        informers.fill(client.services().inAnyNamespace(), Service::new, services);
        informers.fill(
                client.discovery().v1().endpointSlices().inAnyNamespace(),
                EndpointSlice::new,
                slices);
        informers.fill(
                client.configMaps()
                        .inAnyNamespace()
                        .withField("metadata.name", TrustConfigMaps.NAME),
                ConfigMap::new,
                trust);
        informers.fill(
                client.secrets().inNamespace(namespace).withField("metadata.name", AUTHORITY),
                Secret::new,
                authority);
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

    /** The version of the authority's Secret; empty text when there is none. */
    String authorityVersion(String namespace) {
        return authority.get(namespace, AUTHORITY).orElse("");
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
