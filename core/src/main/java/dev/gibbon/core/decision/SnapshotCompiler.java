package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.route.StreamRouter;
import dev.gibbon.core.rule.AddressBlock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes the configuration that a sidecar runs out of what it was told. Pure. */
public final class SnapshotCompiler {
    private SnapshotCompiler() {}

    /**
     * Compiles: the rules are indexed, the members are looked up by address.
     *
     * @throws IllegalArgumentException when a rule cannot be indexed, e.g. for its expression
     */
    public static ConfigSnapshot compile(FeedConfig feed) {
        return new ConfigSnapshot(
                feed.revision(),
                feed.settings().trustDomain().meshProtocol(),
                feed.services().stream()
                        .collect(Collectors.toMap(Service::id, Function.identity())),
                HttpRouter.of(feed.httpRules()),
                StreamRouter.of(feed.streamRules()),
                feed.workloads().stream().map(SnapshotCompiler::member).toList(),
                feed.destinations(),
                feed.settings().mode(),
                feed.settings().zone());
    }

    private static Member member(WorkloadResource workload) {
        List<AddressBlock> addresses = new ArrayList<>();
        Set<IpPort> excluded = new HashSet<>();
        for (WorkloadAddress address : workload.addresses()) {
            CidrBlock block = new CidrBlock(address.ip(), address.ip().bits());
            if (address.ports().isEmpty()) {
                addresses.add(new AddressBlock(block, null));
            }
            for (int port : address.excluded()) {
                excluded.add(new IpPort(address.ip(), port));
            }
            for (int port : address.ports()) {
                addresses.add(new AddressBlock(block, port));
            }
        }
        return new Member(
                workload.name(),
                workload.identity().toString(),
                addresses,
                workload.sources(),
                excluded);
    }
}
