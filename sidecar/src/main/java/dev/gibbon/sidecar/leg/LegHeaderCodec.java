package dev.gibbon.sidecar.leg;

import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LegHeader} as a PROXY protocol header, version 2 (haproxy, {@code
 * doc/proxy-protocol.txt}), with type-length-values of the range for own use, 0xE0-0xEF. Unknown
 * types are skipped. Pure.
 */
public final class LegHeaderCodec {
    /** The longest header that is accepted, in bytes. */
    public static final int MAX_LENGTH = 1024;

    private static final byte[] SIGNATURE = {
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
    };
    private static final int FIXED = 16;
    private static final int VERSION_2_PROXY = 0x21;
    private static final int TCP_V4 = 0x11;
    private static final int TCP_V6 = 0x21;
    private static final int CLIENT_SCHEME = 0xe0;
    private static final int UPSTREAM_PROTOCOL = 0xe1;
    private static final int SNI = 0xe2;
    private static final int SERVICE = 0xe3;
    private static final int ROUTE = 0xe4;
    private static final int MAX_SNI = 255;

    private LegHeaderCodec() {}

    /** A header was not what it has to be. */
    public static final class MalformedHeaderException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedHeaderException(String message) {
            super(message, null, false, false);
        }
    }

    /** Encodes; the caller releases the buffer. */
    public static ByteBuf encode(ByteBufAllocator allocator, LegHeader header) {
        boolean v6 = header.source().ip().isV6() || header.destination().ip().isV6();
        ByteBuf out = allocator.buffer(256);
        out.writeBytes(SIGNATURE).writeByte(VERSION_2_PROXY).writeByte(v6 ? TCP_V6 : TCP_V4);
        int lengthAt = out.writerIndex();
        out.writeShort(0);
        writeAddress(out, header.source().ip(), v6);
        writeAddress(out, header.destination().ip(), v6);
        out.writeShort(header.source().port()).writeShort(header.destination().port());
        writeText(out, CLIENT_SCHEME, header.clientScheme().text());
        writeText(out, UPSTREAM_PROTOCOL, header.upstreamProtocol().text());
        if (header.sni() != null && header.sni().length() <= MAX_SNI) {
            writeText(out, SNI, header.sni());
        }
        writeId(out, SERVICE, header.service());
        writeId(out, ROUTE, header.route());
        out.setShort(lengthAt, out.writerIndex() - lengthAt - 2);
        return out;
    }

    private static void writeAddress(ByteBuf out, IpAddress ip, boolean v6) {
        if (v6 && !ip.isV6()) {
            // RFC 4291 section 2.5.5.2; IpAddress turns it back into the IPv4 address.
            out.writeZero(10).writeShort(0xffff);
        }
        out.writeBytes(ip.toBytes());
    }

    private static void writeText(ByteBuf out, int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        out.writeByte(type).writeShort(bytes.length).writeBytes(bytes);
    }

    private static void writeId(ByteBuf out, int type, @Nullable UUID id) {
        if (id != null) {
            out.writeByte(type)
                    .writeShort(16)
                    .writeLong(id.getMostSignificantBits())
                    .writeLong(id.getLeastSignificantBits());
        }
    }

    /**
     * Reads one header and moves the reader index behind it.
     *
     * @return empty, with the index unchanged, when more bytes are needed
     * @throws MalformedHeaderException when the bytes are not such a header
     */
    public static Optional<LegHeader> decode(ByteBuf in) throws MalformedHeaderException {
        int start = in.readerIndex();
        int available = in.readableBytes();
        for (int i = 0; i < Math.min(SIGNATURE.length, available); i++) {
            if (in.getByte(start + i) != SIGNATURE[i]) {
                throw new MalformedHeaderException("not a PROXY protocol v2 header");
            }
        }
        if (available < FIXED) {
            return Optional.empty();
        }
        int command = in.getUnsignedByte(start + 12);
        int family = in.getUnsignedByte(start + 13);
        int length = in.getUnsignedShort(start + 14);
        if (command != VERSION_2_PROXY || (family != TCP_V4 && family != TCP_V6)) {
            throw new MalformedHeaderException(
                    "command %#x, family %#x (expected: PROXY over TCP)"
                            .formatted(command, family));
        }
        if (FIXED + length > MAX_LENGTH) {
            throw new MalformedHeaderException(
                    "length: " + (FIXED + length) + " (expected: at most " + MAX_LENGTH + ")");
        }
        if (available < FIXED + length) {
            return Optional.empty();
        }
        in.skipBytes(FIXED);
        return Optional.of(body(in.readSlice(length), family == TCP_V6 ? 16 : 4));
    }

    private static LegHeader body(ByteBuf body, int ipLength) throws MalformedHeaderException {
        if (body.readableBytes() < 2 * ipLength + 4) {
            throw new MalformedHeaderException("addresses are cut short");
        }
        IpAddress sourceIp = address(body, ipLength);
        IpAddress destinationIp = address(body, ipLength);
        IpPort source = new IpPort(sourceIp, body.readUnsignedShort());
        IpPort destination = new IpPort(destinationIp, body.readUnsignedShort());
        Protocol scheme = null;
        Protocol upstream = null;
        String sni = null;
        UUID service = null;
        UUID route = null;
        while (body.isReadable()) {
            if (body.readableBytes() < 3) {
                throw new MalformedHeaderException("a type-length-value is cut short");
            }
            int type = body.readUnsignedByte();
            int length = body.readUnsignedShort();
            if (length > body.readableBytes()) {
                throw new MalformedHeaderException("a type-length-value is cut short");
            }
            ByteBuf value = body.readSlice(length);
            switch (type) {
                case CLIENT_SCHEME -> scheme = protocol(value);
                case UPSTREAM_PROTOCOL -> upstream = protocol(value);
                case SNI -> sni = serverName(value);
                case SERVICE -> service = id(value);
                case ROUTE -> route = id(value);
                default -> {
                    // Of a newer sidecar, or of the standard: nothing that this one acts on.
                }
            }
        }
        if (scheme == null || upstream == null) {
            throw new MalformedHeaderException("client scheme or upstream protocol is missing");
        }
        return new LegHeader(source, destination, scheme, upstream, sni, service, route);
    }

    private static IpAddress address(ByteBuf body, int length) {
        byte[] bytes = new byte[length];
        body.readBytes(bytes);
        return IpAddress.ofBytes(bytes);
    }

    private static Protocol protocol(ByteBuf value) throws MalformedHeaderException {
        return Protocol.parse(value.toString(StandardCharsets.US_ASCII))
                .orElseThrow(() -> new MalformedHeaderException("unknown protocol"));
    }

    private static String serverName(ByteBuf value) throws MalformedHeaderException {
        String name = value.toString(StandardCharsets.ISO_8859_1);
        if (name.length() > MAX_SNI || !name.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new MalformedHeaderException("server name is not one");
        }
        return name;
    }

    private static UUID id(ByteBuf value) throws MalformedHeaderException {
        if (value.readableBytes() != 16) {
            throw new MalformedHeaderException("id is not 16 bytes long");
        }
        return new UUID(value.readLong(), value.readLong());
    }
}
