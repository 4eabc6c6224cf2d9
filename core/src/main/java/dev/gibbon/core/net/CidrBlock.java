package dev.gibbon.core.net;

import java.util.Optional;

/**
 * A block of addresses, e.g. {@code 10.0.0.0/8} (RFC 4632). Bits behind the prefix are cleared.
 *
 * @param network the first address of the block
 * @param prefix the number of leading bits that all its addresses share: 0-32 or 0-128
 */
public record CidrBlock(IpAddress network, int prefix) {

    public CidrBlock {
        if (prefix < 0 || prefix > network.bits()) {
            throw new IllegalArgumentException(
                    "prefix: " + prefix + " (expected: 0-" + network.bits() + ")");
        }
        network = network.masked(prefix);
    }

    /** Reads {@code address} or {@code address/prefix}; a bare address is a block of one. */
    public static Optional<CidrBlock> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return IpAddress.parse(text).map(ip -> new CidrBlock(ip, ip.bits()));
        }
        String digits = text.substring(slash + 1);
        if (digits.isEmpty()
                || digits.length() > 3
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')
                || (digits.length() > 1 && digits.charAt(0) == '0')) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(digits);
        return IpAddress.parse(text.substring(0, slash))
                .filter(ip -> prefix <= ip.bits())
                .map(ip -> new CidrBlock(ip, prefix));
    }

    public boolean contains(IpAddress address) {
        return address.bits() == network.bits() && address.masked(prefix).equals(network);
    }

    /** Whether the block is one address. */
    public boolean isSingle() {
        return prefix == network.bits();
    }

    @Override
    public String toString() {
        return isSingle() ? network.toString() : network + "/" + prefix;
    }
}
