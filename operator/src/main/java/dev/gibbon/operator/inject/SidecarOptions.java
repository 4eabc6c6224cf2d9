package dev.gibbon.operator.inject;

import dev.gibbon.core.net.CidrBlock;
import java.util.List;

/**
 * What one pod wants different of its sidecar; made of its annotations by {@link
 * SidecarAnnotations}.
 *
 * @param excludedInboundPorts of the pod; connections to them are not captured
 * @param excludedOutboundPorts of others
 * @param excludedOutboundBlocks of others
 */
public record SidecarOptions(
        List<PortRange> excludedInboundPorts,
        List<PortRange> excludedOutboundPorts,
        List<CidrBlock> excludedOutboundBlocks,
        LogLevel logLevel,
        SidecarResources resources) {
    public SidecarOptions {
        excludedInboundPorts = List.copyOf(excludedInboundPorts);
        excludedOutboundPorts = List.copyOf(excludedOutboundPorts);
        excludedOutboundBlocks = List.copyOf(excludedOutboundBlocks);
    }

    /** What a pod without annotations wants. */
    public static SidecarOptions defaults(LogLevel logLevel, SidecarResources resources) {
        return new SidecarOptions(List.of(), List.of(), List.of(), logLevel, resources);
    }
}
