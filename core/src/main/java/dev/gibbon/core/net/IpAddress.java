package dev.gibbon.core.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * An IPv4 or IPv6 address, e.g. {@code 127.0.0.5} or {@code fd00::12}. IPv4-mapped IPv6 addresses
 * ({@code ::ffff:127.0.0.5}) are held as the IPv4 address that they stand for, so that one peer has
 * one value whatever family its socket had. There are no zone ids.
 */
public final class IpAddress implements Comparable<IpAddress> {
    private static final int V4_LENGTH = 4;
    private static final int V6_LENGTH = 16;

    private final byte[] bytes;

    private IpAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads a literal in the text forms of RFC 4291 section 2.2 (IPv6) or four decimal octets
     * without leading zeros (IPv4).
     *
     * @return empty when the text is not such a literal; host names are never resolved
     */
    public static Optional<IpAddress> parse(String text) {
        byte[] parsed = text.indexOf(':') >= 0 ? parseV6(text) : parseV4(text);
        return parsed.length == 0 ? Optional.empty() : Optional.of(ofBytes(parsed));
    }

    /**
     * Reads a literal that is known to be one, e.g. a constant.
     *
     * @throws IllegalArgumentException when it is not
     */
    public static IpAddress of(String literal) {
        return parse(literal)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "ip: " + literal + " (expected: an IP address)"));
    }

    /** The address of a socket, as the JDK gives it. */
    public static IpAddress of(InetAddress address) {
        return ofBytes(address.getAddress());
    }

    /**
     * The address made of these bytes, in network order.
     *
     * @throws IllegalArgumentException when there are not 4 or 16 of them
     */
    public static IpAddress ofBytes(byte[] bytes) {
        if (bytes.length == V6_LENGTH && isMapped(bytes)) {
            return new IpAddress(Arrays.copyOfRange(bytes, 12, V6_LENGTH));
        }
        if (bytes.length != V4_LENGTH && bytes.length != V6_LENGTH) {
            throw new IllegalArgumentException(
                    "ip: " + bytes.length + " bytes (expected: 4 or 16)");
        }
        return new IpAddress(bytes.clone());
    }

    private static boolean isMapped(byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
    }

    private static byte[] parseV4(String text) {
        byte[] out = new byte[V4_LENGTH];
        int octet = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (value < 0 || octet == V4_LENGTH) {
                    return new byte[0];
                }
                out[octet++] = (byte) value;
                value = -1;
            } else if (c >= '0' && c <= '9' && value != 0) {
                value = (value < 0 ? 0 : value * 10) + (c - '0');
                if (value > 255) {
                    return new byte[0];
                }
            } else {
                return new byte[0];
            }
        }
        return octet == V4_LENGTH ? out : new byte[0];
    }

    private static byte[] parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return new byte[0];
        }
        byte[] head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
        byte[] tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2), true);
        if (head.length == 1 || tail.length == 1) {
            return new byte[0];
        }
        int length = head.length + tail.length;
        if (gap < 0 ? length != V6_LENGTH : length > V6_LENGTH - 2) {
            return new byte[0];
        }
        byte[] out = Arrays.copyOf(head, V6_LENGTH);
        System.arraycopy(tail, 0, out, V6_LENGTH - tail.length, tail.length);
        return out;
    }

    /** The bytes of colon-separated groups; a single byte marks text that is none. */
    private static byte[] groups(String text, boolean mayEndInV4) {
        byte[] bad = new byte[1];
        if (text.isEmpty()) {
            return new byte[0];
        }
        byte[] out = new byte[V6_LENGTH];
        int length = 0;
        int start = 0;
        while (start <= text.length()) {
            int colon = text.indexOf(':', start);
            int end = colon < 0 ? text.length() : colon;
            String group = text.substring(start, end);
            if (colon < 0 && mayEndInV4 && group.indexOf('.') >= 0) {
                byte[] v4 = parseV4(group);
                if (v4.length == 0 || length + V4_LENGTH > V6_LENGTH) {
                    return bad;
                }
                System.arraycopy(v4, 0, out, length, V4_LENGTH);
                return Arrays.copyOf(out, length + V4_LENGTH);
            }
            int value = hexGroup(group);
            if (value < 0 || length + 2 > V6_LENGTH) {
                return bad;
            }
            out[length++] = (byte) (value >> 8);
            out[length++] = (byte) value;
            start = end + 1;
            if (colon < 0) {
                break;
            }
        }
        return Arrays.copyOf(out, length);
    }

    private static int hexGroup(String group) {
        if (group.isEmpty() || group.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < group.length(); i++) {
            char c = group.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }

    public boolean isV6() {
        return bytes.length == V6_LENGTH;
    }

    /** Whether this is {@code 0.0.0.0} or {@code ::}. */
    public boolean isUnspecified() {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** The address in network order: 4 or 16 bytes, a copy. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The same address for the JDK's sockets; nothing is resolved. */
    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of 4 or 16 bytes is always accepted", e);
        }
    }

    /** The bit at this position, 0 being the most significant. */
    boolean bit(int position) {
        return (bytes[position >> 3] & (0x80 >> (position & 7))) != 0;
    }

    /** This address with all bits from {@code prefix} on cleared. */
    IpAddress masked(int prefix) {
        byte[] out = bytes.clone();
        int cut = prefix >> 3;
        if (cut < out.length) {
            out[cut] &= (byte) (0xff00 >> (prefix & 7));
            Arrays.fill(out, cut + 1, out.length, (byte) 0);
        }
        return new IpAddress(out);
    }

    /** The length of an address of this family: 32 or 128. */
    public int bits() {
        return bytes.length * 8;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddress that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public int compareTo(IpAddress other) {
        int families = Integer.compare(bytes.length, other.bytes.length);
        return families != 0 ? families : Arrays.compareUnsigned(bytes, other.bytes);
    }

    /** The canonical text of RFC 5952, e.g. {@code 2001:db8::1}. */
    @Override
    public String toString() {
        if (!isV6()) {
            return (bytes[0] & 0xff)
                    + "."
                    + (bytes[1] & 0xff)
                    + "."
                    + (bytes[2] & 0xff)
                    + "."
                    + (bytes[3] & 0xff);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
        }
        int gapStart = -1;
        int gapLength = 1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && groups[i + run] == 0) {
                run++;
            }
            if (run > gapLength) {
                gapStart = i;
                gapLength = run;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gapStart) {
                text.append("::");
                i += gapLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
