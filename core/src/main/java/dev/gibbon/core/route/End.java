package dev.gibbon.core.route;

import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link EndShape} leaves of an address: equal for a block and for each address in it.
 *
 * @param ip the network; null for any
 * @param port 0-65535, or {@link EndShape#ANY_PORT}
 */
record End(@Nullable IpAddress ip, int port) {

    /** What a rule asks for, in the block's own shape. */
    static End of(AddressBlock wanted) {
        CidrBlock block = wanted.block();
        Integer port = wanted.port();
        return new End(
                block == null ? null : block.network(), port == null ? EndShape.ANY_PORT : port);
    }

    /** What a shape that suits the address leaves of it. */
    static End of(EndShape shape, IpPort address) {
        return new End(shape.ip(address), shape.port(address));
    }
}
