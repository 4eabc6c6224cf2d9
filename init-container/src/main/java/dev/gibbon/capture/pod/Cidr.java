package dev.gibbon.capture.pod;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A block of addresses, e.g. {@code 10.0.0.0/8}, {@code fd00::/8}.
 *
 * @param address its first address
 * @param length how many bits all its addresses have in common: 1-32 or 1-128. 0 is refused: it
 *     would leave a whole family out.
 */
public record Cidr(InetAddress address, int length) {
    // What is no dotted quad or IPv6 text never reaches the JDK, which knows other forms as well.
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");

    public Cidr {
        int bits = Family.of(address).bits();
        if (length < 1 || length > bits) {
            throw new IllegalArgumentException(
                    "CIDR "
                            + text(address, length)
                            + " (expected: a length of 1-"
                            + bits
                            + " behind the slash)");
        }
        InetAddress first = first(address, length);
        if (!first.equals(address)) {
            throw new IllegalArgumentException(
                    "CIDR "
                            + text(address, length)
                            + " (expected: "
                            + text(first, length)
                            + ", the first address of the block)");
        }
    }

    /**
     * Reads a block, or an address alone.
     *
     * @throws IllegalArgumentException when it is neither; the message is one line
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        if (!IPV4.matcher(host).matches() && !IPV6.matcher(host).matches()) {
            throw unreadable(text);
        }
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            throw unreadable(text);
        }
        if (host.contains(":") != (Family.of(address) == Family.IPV6)) {
            throw unreadable(text);
        }
        if (slash < 0) {
            return new Cidr(address, Family.of(address).bits());
        }
        String length = text.substring(slash + 1);
        if (!LENGTH.matcher(length).matches()) {
            throw unreadable(text);
        }
        return new Cidr(address, Integer.parseInt(length));
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException(
                "CIDR " + Quoted.of(text) + " (expected: e.g. 10.0.0.0/8 or fd00::/8)");
    }

    /** The same blocks without those that lie in another: nft takes no overlapping ones. */
    static List<Cidr> merged(Collection<Cidr> blocks) {
        List<Cidr> kept = new ArrayList<>();
        for (Cidr block : blocks.stream().sorted(Comparator.comparingInt(Cidr::length)).toList()) {
            if (kept.stream().noneMatch(wider -> wider.contains(block.address()))) {
                kept.add(block);
            }
        }
        return kept;
    }

    Family family() {
        return Family.of(address);
    }

    boolean contains(InetAddress other) {
        return Family.of(other) == family() && first(other, length).equals(address);
    }

    private static InetAddress first(InetAddress address, int length) {
        byte[] bytes = address.getAddress();
        int free = bytes.length * 8 - length;
        BigInteger kept = new BigInteger(1, bytes).shiftRight(free).shiftLeft(free);
        byte[] digits = kept.toByteArray();
        byte[] masked = new byte[bytes.length];
        int count = Math.min(digits.length, masked.length);
        System.arraycopy(digits, digits.length - count, masked, masked.length - count, count);
        try {
            return InetAddress.getByAddress(masked);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError("an address of 4 or 16 bytes is always accepted", e);
        }
    }

    /** As rules have it. */
    @Override
    public String toString() {
        return text(address, length);
    }

    private static String text(InetAddress address, int length) {
        return address.getHostAddress() + "/" + length;
    }
}
