package dev.gibbon.core.feed;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.rule.Rule;
import dev.gibbon.core.setting.MeshMode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One thing that the control plane tells the sidecars, under a key of its own. */
public sealed interface FeedResource {
    /** The kinds of this version, as {@code hello} names them. */
    Set<String> KINDS = Set.of("service", "rule", "workload", "settings", "bundle", "destination");

    ResourceKey key();

    /** A Service. */
    record ServiceResource(Service service) implements FeedResource {
        @Override
        public ResourceKey key() {
            return new ResourceKey("service", service.id().toString());
        }
    }

    /** A compiled rule; its sort key is its id. */
    record RuleResource(Rule rule) implements FeedResource {
        @Override
        public ResourceKey key() {
            return new ResourceKey("rule", rule.key());
        }
    }

    /**
     * A sidecar and its workload: connections to these addresses go through mesh TLS, to this
     * identity.
     *
     * @param name unique among workloads, e.g. {@code gibbon-b}
     * @param addresses of the workload; empty for a sidecar that has declared none
     * @param sources the addresses that the sidecar dials from, so that its peers know to wait for
     *     its ClientHello
     */
    record WorkloadResource(
            String name,
            SpiffeId identity,
            List<WorkloadAddress> addresses,
            List<IpAddress> sources)
            implements FeedResource {
        public WorkloadResource {
            addresses = List.copyOf(addresses);
            sources = List.copyOf(sources);
        }

        /** A workload whose sidecar dials from unknown addresses. */
        public WorkloadResource(String name, SpiffeId identity, List<WorkloadAddress> addresses) {
            this(name, identity, addresses, List.of());
        }

        @Override
        public ResourceKey key() {
            return new ResourceKey("workload", name);
        }
    }

    /**
     * Settings of the whole mesh; there is one.
     *
     * @param addressCheck what happens when a peer comes from an address that its certificate does
     *     not name
     * @param mode whether the sidecars that are told this accept plain connections, on top of what
     *     their own settings say
     * @param zone where the sidecar that is told this runs, e.g. {@code eu-1a}; null when it is not
     *     known
     */
    record SettingsResource(
            TrustDomain trustDomain,
            AddressCheck addressCheck,
            MeshMode mode,
            @Nullable String zone)
            implements FeedResource {
        /** Settings for a sidecar of unknown zone. */
        public SettingsResource(TrustDomain trustDomain, AddressCheck addressCheck, MeshMode mode) {
            this(trustDomain, addressCheck, mode, null);
        }

        /** Settings that leave the mode to each sidecar. */
        public SettingsResource(TrustDomain trustDomain, AddressCheck addressCheck) {
            this(trustDomain, addressCheck, MeshMode.PERMISSIVE);
        }

        @Override
        public ResourceKey key() {
            return new ResourceKey("settings", "mesh");
        }
    }

    /** Whether the source address of a peer must be among those of its certificate. */
    enum AddressCheck {
        /** A peer from another address is refused. */
        ENFORCE,
        /** A peer from another address is let in, and counted. */
        REPORT
    }

    /**
     * The answer to a subscription: where an address leads, or that it leads only to itself.
     *
     * @param id what was asked for: an address and port, or a name and port, e.g. {@code
     *     10.96.54.17:80} or {@code service-b.shop.svc.cluster.local:80}
     * @param destination null when the control plane knows of none
     */
    record DestinationResource(String id, @Nullable Destination destination)
            implements FeedResource {
        /** The kind, as {@code subscribe} names it. */
        public static final String KIND = "destination";

        @Override
        public ResourceKey key() {
            return new ResourceKey(KIND, id);
        }
    }

    /** The authorities of the mesh; there is one bundle. */
    record BundleResource(TrustBundle bundle) implements FeedResource {
        @Override
        public ResourceKey key() {
            return new ResourceKey("bundle", bundle.trustDomain().name());
        }
    }
}
