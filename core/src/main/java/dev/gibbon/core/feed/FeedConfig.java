package dev.gibbon.core.feed;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedResource.BundleResource;
import dev.gibbon.core.feed.FeedResource.DestinationResource;
import dev.gibbon.core.feed.FeedResource.RuleResource;
import dev.gibbon.core.feed.FeedResource.ServiceResource;
import dev.gibbon.core.feed.FeedResource.SettingsResource;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.StreamRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * All that a sidecar has been told, as of one revision.
 *
 * @param revision a counter of the control plane
 * @param hash two configurations with the same hash have the same content
 * @param httpRules by ascending key
 * @param streamRules by ascending key
 * @param destinations by what was subscribed to; an empty value where it leads only to itself
 */
public record FeedConfig(
        long revision,
        String hash,
        List<Service> services,
        List<HttpRule> httpRules,
        List<StreamRule> streamRules,
        List<WorkloadResource> workloads,
        Map<String, Optional<Destination>> destinations,
        SettingsResource settings,
        TrustBundle bundle) {

    public FeedConfig {
        services = List.copyOf(services);
        httpRules = List.copyOf(httpRules);
        streamRules = List.copyOf(streamRules);
        workloads = List.copyOf(workloads);
        destinations = Map.copyOf(destinations);
    }

    /**
     * Puts resources together.
     *
     * @throws IncompleteFeed when there is not one {@code settings} and one {@code bundle} of the
     *     same trust domain
     */
    public static FeedConfig of(
            long revision, String hash, SortedMap<ResourceKey, FeedResource> resources)
            throws IncompleteFeed {
        List<Service> services = new ArrayList<>();
        List<HttpRule> http = new ArrayList<>();
        List<StreamRule> stream = new ArrayList<>();
        List<WorkloadResource> workloads = new ArrayList<>();
        Map<String, Optional<Destination>> destinations = new HashMap<>();
        List<SettingsResource> settings = new ArrayList<>();
        List<TrustBundle> bundles = new ArrayList<>();
        for (FeedResource resource : resources.values()) {
            switch (resource) {
                case ServiceResource(Service service) -> services.add(service);
                case RuleResource(HttpRule rule) -> http.add(rule);
                case RuleResource(StreamRule rule) -> stream.add(rule);
                case WorkloadResource workload -> workloads.add(workload);
                case DestinationResource(String id, var destination) ->
                        destinations.put(id, Optional.ofNullable(destination));
                case SettingsResource one -> settings.add(one);
                case BundleResource(TrustBundle bundle) -> bundles.add(bundle);
            }
        }
        if (settings.size() != 1 || bundles.size() != 1) {
            throw new IncompleteFeed(
                    settings.size()
                            + " settings and "
                            + bundles.size()
                            + " bundles (expected: one of each)");
        }
        if (!settings.getFirst().trustDomain().equals(bundles.getFirst().trustDomain())) {
            throw new IncompleteFeed(
                    "bundle: of trust domain "
                            + bundles.getFirst().trustDomain()
                            + " (expected: "
                            + settings.getFirst().trustDomain()
                            + ")");
        }
        return new FeedConfig(
                revision,
                hash,
                services,
                http,
                stream,
                workloads,
                destinations,
                settings.getFirst(),
                bundles.getFirst());
    }

    /** The resources make no configuration. */
    public static final class IncompleteFeed extends Exception {
        private static final long serialVersionUID = 1L;

        IncompleteFeed(String message) {
            super(message);
        }
    }
}
