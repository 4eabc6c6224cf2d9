package dev.gibbon.operator.identity;

import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.operator.discovery.Discovery;
import dev.gibbon.operator.discovery.NamespaceFact;
import dev.gibbon.operator.discovery.PodFact;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps the roots of the mesh in the ConfigMap {@code gibbon-trust} of every namespace that is
 * labelled for injection or has meshed pods, for sidecars to verify the control plane with before
 * they have a certificate. Every replica does so, as a pod cannot start without it; it writes only
 * where something else is there.
 */
public final class TrustConfigMaps {
    /** What the ConfigMap is called. */
    public static final String NAME = "gibbon-trust";

    private static final String KEY = "roots.pem";
    private static final String MANAGER = "gibbon-operator";

    private final KubernetesClient client;
    private final List<OwnerReference> owners;
    private final Log log;

    public TrustConfigMaps(KubernetesClient client, List<OwnerReference> owners, Log log) {
        this.client = client;
        this.owners = List.copyOf(owners);
        this.log = log;
    }

    /** The namespaces that need the roots. */
    static Set<String> namespaces(Discovery discovery) {
        Set<String> names = new TreeSet<>();
        discovery.namespaces().stream()
                .filter(namespace -> namespace.injected() && !namespace.ending())
                .map(NamespaceFact::name)
                .forEach(names::add);
        discovery.pods().stream()
                .filter(pod -> pod.meshed() && !pod.ended())
                .map(PodFact::namespace)
                .filter(namespace ->
                        discovery.namespace(namespace).filter(one -> !one.ending()).isPresent())
                .forEach(names::add);
        return names;
    }

    /**
     * Writes where it is needed. Blocks.
     *
     * @param found the roots that each namespace has now
     * @return whether all could be written; if not, it is to be tried again
     */
    public boolean keep(Discovery discovery, TrustBundle bundle, Map<String, String> found) {
        String roots = Pem.ofCertificates(bundle.roots());
        boolean all = true;
        for (String namespace : namespaces(discovery)) {
            if (!roots.equals(found.get(namespace))) {
                all &= write(namespace, roots);
            }
        }
        return all;
    }

    private boolean write(String namespace, String roots) {
        ConfigMap wanted =
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .addToLabels("app.kubernetes.io/name", "gibbon")
                        .withOwnerReferences(owners)
                        .endMetadata()
                        .withData(Map.of(KEY, roots))
                        .build();
        try {
            client.resource(wanted)
                    .patch(
                            new PatchContext.Builder()
                                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                    .withFieldManager(MANAGER)
                                    .withForce(true)
                                    .build());
            log.info("roots written", "namespace", namespace);
            return true;
        } catch (KubernetesClientException e) {
            log.warn(
                    "roots could not be written; trying again",
                    "namespace",
                    namespace,
                    "status",
                    e.getCode(),
                    "cause",
                    String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** The roots in a ConfigMap; empty text for none. */
    public static String roots(ConfigMap map) {
        return map.getData() == null ? "" : map.getData().getOrDefault(KEY, "");
    }
}
