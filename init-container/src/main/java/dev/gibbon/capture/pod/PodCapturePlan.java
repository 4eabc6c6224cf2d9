package dev.gibbon.capture.pod;

import dev.gibbon.capture.pod.Action.Divert;
import dev.gibbon.capture.pod.Action.DivertNew;
import dev.gibbon.capture.pod.Action.DivertUnknown;
import dev.gibbon.capture.pod.Action.Drop;
import dev.gibbon.capture.pod.Action.GoTo;
import dev.gibbon.capture.pod.Action.Pass;
import dev.gibbon.capture.pod.Action.SetConnectionMark;
import dev.gibbon.capture.pod.Action.SetMark;
import dev.gibbon.capture.pod.Condition.ConnectionHas;
import dev.gibbon.capture.pod.Condition.ConnectionMarked;
import dev.gibbon.capture.pod.Condition.DestinationIn;
import dev.gibbon.capture.pod.Condition.Direction;
import dev.gibbon.capture.pod.Condition.FromForeignAddress;
import dev.gibbon.capture.pod.Condition.FromLoopback;
import dev.gibbon.capture.pod.Condition.Going;
import dev.gibbon.capture.pod.Condition.Marked;
import dev.gibbon.capture.pod.Condition.NewConnection;
import dev.gibbon.capture.pod.Condition.NewEntry;
import dev.gibbon.capture.pod.Condition.OwnedByGroup;
import dev.gibbon.capture.pod.Condition.OwnedByUser;
import dev.gibbon.capture.pod.Condition.SourceIn;
import dev.gibbon.capture.pod.Condition.StrayReset;
import dev.gibbon.capture.pod.Condition.ToLoopback;
import dev.gibbon.capture.pod.Condition.ToOwnAddress;
import dev.gibbon.capture.pod.Condition.ToPorts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules and routes that make a {@link PodCaptureSpec} come true. The principle: what is not
 * known to be something else is captured, and every new connection is looked at afresh, also where
 * the kernel remembers an ended one of the same addresses and ports.
 *
 * @param families those that the rules are for
 * @param rules by chain, in order
 * @param routes one for each family
 */
public record PodCapturePlan(
        Set<Family> families, Map<Chain, List<PodRule>> rules, List<PolicyRoute> routes) {

    public PodCapturePlan {
        families = Set.copyOf(families);
        rules = Collections.unmodifiableMap(new EnumMap<>(rules));
        routes = List.copyOf(routes);
    }

    /** Plans what is specified. */
    public static PodCapturePlan of(PodCaptureSpec spec) {
        Map<Chain, List<PodRule>> rules = new EnumMap<>(Chain.class);
        rules.put(Chain.BYPASS, List.of(PodRule.when(new SetConnectionMark(Mark.OUTSIDE))));
        rules.put(Chain.INBOUND, inbound(spec));
        rules.put(Chain.ARRIVING, arriving(spec));
        rules.put(Chain.LEAVING, leaving(spec));
        return new PodCapturePlan(
                spec.families(),
                rules,
                spec.families().stream().sorted().map(PolicyRoute::new).toList());
    }

    private static List<PodRule> arriving(PodCaptureSpec spec) {
        List<PodRule> rules = new ArrayList<>();
        // Over loopback comes what the rules for output have diverted: connections that the
        // application opens, and its answers to a client whose address the sidecar has taken on.
        Condition loopback = new FromLoopback();
        Condition diverted = new Marked(Mark.DIVERTED);
        rules.add(PodRule.when(new DivertNew(spec.outboundPort()), loopback, diverted));
        rules.add(PodRule.when(new Divert(spec.outboundPort()), loopback, diverted));
        // Who dials a listener itself has no original destination. Without this, a sidecar that
        // does not notice would dial itself until it has no sockets left.
        for (Family family : spec.families()) {
            rules.add(
                    PodRule.when(
                            new Drop(),
                            loopback,
                            new NewConnection(),
                            new DestinationIn(family, List.of(Cidr.parse(family.loopback()))),
                            new ToPorts(listeners(spec))));
        }
        rules.add(PodRule.when(new Pass(), loopback));

        rules.add(PodRule.when(new SetConnectionMark(Mark.OUTSIDE), new NewConnection()));
        rules.add(PodRule.when(new SetConnectionMark(Mark.OUTSIDE), new NewEntry()));
        for (Family family : spec.families()) {
            List<Cidr> sources = of(family, spec.exclusions().inboundCidrs());
            if (!sources.isEmpty()) {
                rules.add(PodRule.when(new Pass(), new SourceIn(family, sources)));
            }
        }
        rules.add(
                PodRule.when(
                        new Pass(),
                        new ToPorts(
                                with(
                                        PodCaptureSpec.STATUS_PORT,
                                        spec.exclusions().inboundPorts()))));
        rules.add(PodRule.when(new GoTo(Chain.INBOUND), new ToOwnAddress()));
        return rules;
    }

    private static List<PodRule> inbound(PodCaptureSpec spec) {
        return List.of(
                PodRule.when(new SetConnectionMark(Mark.INBOUND), new NewConnection()),
                PodRule.when(new DivertNew(spec.inboundPort())),
                // Not only established ones have more than a SYN: with SYN cookies the third packet
                // meets no socket but the listener. Not for replies to what the pod has dialled:
                // their sockets are not transparent, and the packets would be dropped.
                PodRule.when(
                        new Divert(spec.inboundPort()),
                        new ConnectionMarked(Mark.INBOUND),
                        new Going(Direction.ORIGINAL)),
                PodRule.when(new DivertUnknown(spec.inboundPort()), new NewEntry()));
    }

    private static List<PodRule> leaving(PodCaptureSpec spec) {
        List<PodRule> rules = new ArrayList<>();
        // A connection that was reset is remembered for seconds. Its mark is not for the next one.
        rules.add(PodRule.when(new SetConnectionMark(Mark.NONE), new NewConnection()));

        Condition toApplication = new ConnectionMarked(Mark.TO_APPLICATION);
        rules.add(
                PodRule.when(
                        new SetMark(Mark.DIVERTED), toApplication, new Going(Direction.REPLY)));
        rules.add(PodRule.when(new Pass(), toApplication));
        for (Condition first : List.of(new NewConnection(), new NewEntry())) {
            rules.add(
                    PodRule.when(
                            new SetConnectionMark(Mark.TO_APPLICATION),
                            new ToLoopback(),
                            first,
                            new FromForeignAddress()));
        }
        rules.add(PodRule.when(new Pass(), new ToLoopback()));

        // By connection, not by packet: a socket that was closed with data left to send has no
        // owner any more.
        rules.add(PodRule.when(new Pass(), new ConnectionHas(Mark.OUTSIDE)));
        rules.add(PodRule.when(new Pass(), new StrayReset()));
        Action bypass = new GoTo(Chain.BYPASS);
        rules.add(PodRule.when(bypass, new OwnedByGroup(spec.gid())));
        for (long uid : spec.exclusions().outboundUids()) {
            rules.add(PodRule.when(bypass, new OwnedByUser(uid)));
        }
        for (Family family : spec.families()) {
            List<Cidr> destinations = of(family, spec.exclusions().outboundCidrs());
            if (!destinations.isEmpty()) {
                rules.add(PodRule.when(bypass, new DestinationIn(family, destinations)));
            }
        }
        rules.add(
                PodRule.when(
                        bypass,
                        new ToPorts(
                                with(PodCaptureSpec.DNS_PORT, spec.exclusions().outboundPorts()))));
        rules.add(PodRule.when(new SetMark(Mark.DIVERTED)));
        return rules;
    }

    private static List<PortRange> listeners(PodCaptureSpec spec) {
        return PortRange.merged(
                List.of(PortRange.of(spec.outboundPort()), PortRange.of(spec.inboundPort())));
    }

    private static List<PortRange> with(int port, List<PortRange> ranges) {
        List<PortRange> all = new ArrayList<>(ranges);
        all.add(PortRange.of(port));
        return PortRange.merged(all);
    }

    private static List<Cidr> of(Family family, List<Cidr> blocks) {
        return blocks.stream().filter(block -> block.family() == family).toList();
    }
}
