package dev.gibbon.core.route;

import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import org.jspecify.annotations.Nullable;

/**
 * Which bits of an address a rule compares; rules of one shape can be found with one look into a
 * hash table.
 *
 * @param prefix the number of leading bits; -1 for none
 * @param bits the length of the addresses, 32 or 128; 0 where no bits are compared
 * @param port whether the port is compared
 */
record EndShape(int prefix, int bits, boolean port) {
    /** A port that is not compared. */
    static final int ANY_PORT = -1;

    static EndShape of(@Nullable AddressBlock end) {
        if (end == null) {
            return new EndShape(-1, 0, false);
        }
        CidrBlock block = end.block();
        return block == null
                ? new EndShape(-1, 0, end.port() != null)
                : new EndShape(block.prefix(), block.network().bits(), end.port() != null);
    }

    /** Whether an address is of the family that is compared. */
    boolean suits(IpPort address) {
        return bits == 0 || bits == address.ip().bits();
    }

    /** The bits of a suitable address that are compared; null for none. */
    @Nullable IpAddress ip(IpPort address) {
        if (bits == 0) {
            return null;
        }
        return prefix == bits ? address.ip() : new CidrBlock(address.ip(), prefix).network();
    }

    int port(IpPort address) {
        return port ? address.port() : ANY_PORT;
    }
}
