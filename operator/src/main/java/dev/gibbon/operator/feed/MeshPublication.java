package dev.gibbon.operator.feed;

import dev.gibbon.controlplane.feed.Publication;
import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.AddressCheck;
import dev.gibbon.core.feed.FeedResource.BundleResource;
import dev.gibbon.core.feed.FeedResource.SettingsResource;
import dev.gibbon.core.feed.FeedSnapshot;
import dev.gibbon.core.feed.FeedSource;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.operator.discovery.Discovery;
import dev.gibbon.operator.discovery.NamespaceFact;
import dev.gibbon.operator.discovery.PodFact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One revision for all sidecars of a cluster. The members of the mesh are told to everybody, rules
 * and mode by namespace, the zone to whom it concerns; sidecars that are told the same share it.
 */
public final class MeshPublication implements Publication {
    private final long revision;
    private final Discovery discovery;
    private final ScopedConfiguration configuration;
    private final TrustBundle bundle;
    private final MeshMode defaultMode;
    private final FeedSnapshot shared;
    private final Map<Audience, FeedSnapshot> bases = new ConcurrentHashMap<>();

    /** Who is told the same. */
    private record Audience(String namespace, @Nullable String zone) {}

    /**
     * A revision.
     *
     * @param defaultMode of namespaces that say nothing
     */
    public MeshPublication(
            long revision,
            Discovery discovery,
            ScopedConfiguration configuration,
            TrustBundle bundle,
            MeshMode defaultMode) {
        this.revision = revision;
        this.discovery = discovery;
        this.configuration = configuration;
        this.bundle = bundle;
        this.defaultMode = defaultMode;
        List<FeedResource> all = new ArrayList<>(discovery.members());
        all.add(new BundleResource(bundle));
        this.shared = FeedSnapshot.of(revision, all);
    }

    /** A counter. */
    public long revision() {
        return revision;
    }

    /** The cluster as of this revision. */
    public Discovery discovery() {
        return discovery;
    }

    @Override
    public FeedSource of(String name) {
        String node = discovery.pod(name).map(PodFact::node).orElse(null);
        String namespace = name.substring(0, Math.max(0, name.indexOf('/')));
        FeedSnapshot base =
                bases.computeIfAbsent(new Audience(namespace, discovery.zone(node)), this::base);
        return new FeedSource() {
            @Override
            public FeedSnapshot base() {
                return base;
            }

            @Override
            public @Nullable Destination destination(String id) {
                return discovery.destination(id, node);
            }
        };
    }

    private FeedSnapshot base(Audience audience) {
        List<FeedResource> more = new ArrayList<>(configuration.of(audience.namespace()));
        more.add(
                new SettingsResource(
                        bundle.trustDomain(),
                        AddressCheck.ENFORCE,
                        mode(audience.namespace()),
                        audience.zone()));
        return shared.with(more);
    }

    private MeshMode mode(String namespace) {
        MeshMode own = discovery.namespace(namespace).map(NamespaceFact::mode).orElse(null);
        return own == null ? defaultMode : own;
    }
}
