package dev.gibbon.operator;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.operator.config.MeshConfiguration;
import dev.gibbon.operator.config.Programming;
import dev.gibbon.operator.config.ReferencedSecrets;
import dev.gibbon.operator.config.References;
import dev.gibbon.operator.config.SecretRef;
import dev.gibbon.operator.config.SecretValue;
import dev.gibbon.operator.discovery.Discovery;
import dev.gibbon.operator.discovery.ServiceFact;
import dev.gibbon.operator.feed.MeshPublication;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes, of what is known of the cluster, what sidecars are told. One thread makes them; any thread
 * may ask for the last.
 */
final class Publications {
    private final ClusterTables tables;
    private final ReferencedSecrets secrets;
    private final CertificateAuthority authority;
    private final MeshMode mode;
    private final Programming programming;

    /** Of the thread that makes them. */
    private @Nullable MeshConfiguration configuration;

    private volatile @Nullable MeshPublication last;

    /**
     * None has been made.
     *
     * @param mode of namespaces that do not say
     * @param programming hears of each before sidecars do
     */
    Publications(
            ClusterTables tables,
            ReferencedSecrets secrets,
            CertificateAuthority authority,
            MeshMode mode,
            Programming programming) {
        this.tables = tables;
        this.secrets = secrets;
        this.authority = authority;
        this.mode = mode;
        this.programming = programming;
    }

    /** The next one, of the cluster as it is now. It is not yet the last. */
    MeshPublication next() {
        Discovery discovery = tables.discovery(authority.trustDomain());
        MeshConfiguration compiled =
                tables.configuration(configuration, new LiveReferences(discovery, secrets));
        configuration = compiled;
        secrets.retain(compiled.secrets());
        TrustBundle bundle = authority.bundle();
        MeshPublication before = last;
        MeshPublication next =
                new MeshPublication(
                        before == null ? 1 : before.revision() + 1,
                        discovery,
                        compiled,
                        bundle,
                        mode);
        programming.published(compiled.verdicts(), bundle, next.revision());
        return next;
    }

    /** Remembers one that sidecars have been told of. */
    void published(MeshPublication publication) {
        last = publication;
    }

    /** The last that sidecars have been told of; null before the first. */
    @Nullable MeshPublication last() {
        return last;
    }

    /** How many sidecars are ready, by namespace, as of the last. */
    Map<String, Integer> serving() {
        MeshPublication now = last;
        return now == null ? Map.of() : now.discovery().servingByNamespace();
    }

    /** Whether a pod is ready, and its sidecar too, as of the last. */
    boolean isServing(String meshName) {
        MeshPublication now = last;
        return now != null && now.discovery().isServing(meshName);
    }

    /** What objects refer to, as the tables have it. */
    private record LiveReferences(Discovery discovery, ReferencedSecrets secrets)
            implements References {
        @Override
        public Optional<ServiceFact> service(String namespace, String name) {
            return discovery.service(namespace, name);
        }

        @Override
        public SecretValue secret(SecretRef reference) {
            return secrets.get(reference);
        }
    }
}
