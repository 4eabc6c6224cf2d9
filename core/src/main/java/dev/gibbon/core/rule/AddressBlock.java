package dev.gibbon.core.rule;

import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpPort;
import org.jspecify.annotations.Nullable;

/**
 * What a rule asks of one end of a connection: an address block, a port, or both.
 *
 * @param block null for any address
 * @param port 0-65535; null for any
 */
public record AddressBlock(@Nullable CidrBlock block, @Nullable Integer port) {

    public boolean contains(IpPort address) {
        return (block == null || block.contains(address.ip()))
                && (port == null || port == address.port());
    }
}
