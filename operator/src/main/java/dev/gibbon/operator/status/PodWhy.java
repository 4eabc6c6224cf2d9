package dev.gibbon.operator.status;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.PodDecider;
import dev.gibbon.core.decision.PodNode;
import dev.gibbon.core.decision.SnapshotCompiler;
import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.DestinationResource;
import dev.gibbon.core.feed.FeedResource.ServiceResource;
import dev.gibbon.core.feed.FeedResource.SettingsResource;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.feed.FeedSource;
import dev.gibbon.core.feed.ResourceKey;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.core.why.Explanation;
import dev.gibbon.core.why.Question;
import dev.gibbon.core.why.Why;
import dev.gibbon.operator.discovery.Discovery;
import dev.gibbon.operator.discovery.PodFact;
import dev.gibbon.operator.feed.MeshPublication;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides, for one revision, what a pod's sidecar decides: with the configuration that the pod is
 * told, and with answers to all that its sidecar would ask for. Pure.
 */
final class PodWhy {
    /** A client whose port does not matter: any ephemeral one. */
    private static final int SOME_PORT = 40_000;

    private final MeshPublication publication;
    private final Discovery discovery;
    private final Map<IpAddress, PodFact> owners = new HashMap<>();

    PodWhy(MeshPublication publication) {
        this.publication = publication;
        this.discovery = publication.discovery();
        for (PodFact pod : discovery.pods()) {
            if (!pod.ended()) {
                pod.addresses().forEach(address -> owners.put(address, pod));
            }
        }
    }

    PodAnswer answer(PodQuestion question) throws FeedConfig.IncompleteFeed {
        PodFact pod = question.pod();
        FeedSource source = publication.of(pod.meshName());
        Destination destination = source.destination(question.to().address().toString());
        List<PodAnswer.Reached> endpoints =
                destination == null
                        ? List.of(alone(question.to().address()))
                        : destination.endpoints().stream().map(this::reached).toList();
        return new PodAnswer(
                question,
                identity(pod),
                mode(pod.namespace()),
                discovery.zone(pod.node()),
                destination == null ? null : destination.name(),
                destination != null && destination.http(),
                endpoints,
                pod.isMember() ? explain(question, source) : null);
    }

    private @Nullable String identity(PodFact pod) {
        return discovery.members().stream()
                .map(WorkloadResource.class::cast)
                .filter(one -> one.name().equals(pod.meshName()))
                .map(one -> one.identity().toString())
                .findFirst()
                .orElse(null);
    }

    private MeshMode mode(String namespace) {
        FeedResource settings =
                publication
                        .of(namespace + "/")
                        .base()
                        .resources()
                        .get(new ResourceKey("settings", "mesh"));
        return settings instanceof SettingsResource one ? one.mode() : MeshMode.PERMISSIVE;
    }

    private PodAnswer.Reached reached(Endpoint endpoint) {
        String identity = endpoint.identity() == null ? null : endpoint.identity().toString();
        return reached(endpoint.address(), identity, endpoint.zone(), endpoint.draining());
    }

    /** An address that nobody stands for. */
    private PodAnswer.Reached alone(IpPort address) {
        PodFact owner = owners.get(address.ip());
        if (owner == null) {
            return reached(address, null, null, false);
        }
        boolean meshed = owner.isMember() && !owner.excluded().contains(address.port());
        return reached(
                address, meshed ? identity(owner) : null, discovery.zone(owner.node()), false);
    }

    private PodAnswer.Reached reached(
            IpPort address, @Nullable String identity, @Nullable String zone, boolean draining) {
        PodFact owner = owners.get(address.ip());
        String plain;
        if (identity != null) {
            plain = null;
        } else if (owner == null) {
            plain = "it is no pod of this cluster with an address of its own";
        } else {
            plain = owner.isMember() ? "its port is excluded" : "it has no sidecar";
        }
        return new PodAnswer.Reached(
                address.toString(),
                owner == null ? null : owner.meshName(),
                identity,
                plain,
                zone,
                draining,
                owner == null || !owner.isMember() ? null : mode(owner.namespace()));
    }

    private Explanation explain(PodQuestion question, FeedSource source)
            throws FeedConfig.IncompleteFeed {
        PodFact pod = question.pod();
        SortedMap<ResourceKey, FeedResource> told = new TreeMap<>(source.base().resources());
        add(told, source, question.to().address().toString());
        for (FeedResource resource : source.base().resources().values()) {
            if (resource instanceof ServiceResource(Service service)) {
                add(told, source, authority(service));
            }
        }
        PodDecider decider =
                new PodDecider(
                        SnapshotCompiler.compile(FeedConfig.of(publication.revision(), "", told)),
                        new PodNode(
                                Set.copyOf(pod.addresses()),
                                PodNode.OUTBOUND,
                                PodNode.INBOUND,
                                PodNode.STATUS));
        IpAddress own = ownAddress(pod, question.to().address());
        Arrival arrival =
                new Arrival(
                        new IpPort(own, SOME_PORT),
                        question.to().address(),
                        new IpPort(
                                IpAddress.of(own.isV6() ? "::1" : "127.0.0.1"), PodNode.OUTBOUND),
                        true);
        return new Why(decider, _ -> Optional.empty())
                .explain(new Question(arrival, question.bytes(), question.request()));
    }

    private static void add(
            SortedMap<ResourceKey, FeedResource> told, FeedSource source, String id) {
        DestinationResource answer = new DestinationResource(id, source.destination(id));
        told.put(answer.key(), answer);
    }

    /** As a sidecar asks for a Service's upstream. */
    private static String authority(Service service) {
        return IpAddress.parse(service.host())
                .map(ip -> new IpPort(ip, service.port()).toString())
                .orElseGet(() -> service.host() + ":" + service.port());
    }

    private static IpAddress ownAddress(PodFact pod, IpPort destination) {
        return pod.addresses().stream()
                .filter(one -> one.isV6() == destination.ip().isV6())
                .findFirst()
                .orElse(pod.addresses().getFirst());
    }
}
