package dev.gibbon.capture.pod;

import java.util.List;
import java.util.TreeSet;

/**
 * Connections that do not go through the sidecar. In order and without overlaps, whatever they were
 * made from.
 *
 * @param inboundPorts connections to these ports of the pod
 * @param inboundCidrs connections that come from these addresses
 * @param outboundPorts connections to these ports, at any address
 * @param outboundCidrs connections to these addresses
 * @param outboundUids connections that processes of these users make, 0-4294967294
 */
public record Exclusions(
        List<PortRange> inboundPorts,
        List<Cidr> inboundCidrs,
        List<PortRange> outboundPorts,
        List<Cidr> outboundCidrs,
        List<Long> outboundUids) {
    /** Nothing beyond what is always excluded. */
    public static final Exclusions NONE =
            new Exclusions(List.of(), List.of(), List.of(), List.of(), List.of());

    /** The highest id of a user or a group; the one above means "none" to the kernel. */
    static final long MAX_ID = 4294967294L;

    /**
     * @throws IllegalArgumentException when a user is none; the message is one line
     */
    public Exclusions {
        inboundPorts = List.copyOf(PortRange.merged(inboundPorts));
        inboundCidrs = List.copyOf(Cidr.merged(inboundCidrs));
        outboundPorts = List.copyOf(PortRange.merged(outboundPorts));
        outboundCidrs = List.copyOf(Cidr.merged(outboundCidrs));
        outboundUids = List.copyOf(new TreeSet<>(outboundUids));
        for (long uid : outboundUids) {
            if (uid < 0 || uid > MAX_ID) {
                throw new IllegalArgumentException("uid " + uid + " (expected: 0-" + MAX_ID + ")");
            }
        }
    }
}
