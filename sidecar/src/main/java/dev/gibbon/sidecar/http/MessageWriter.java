package dev.gibbon.sidecar.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes heads, and bodies in the framing that was chosen. Never flushes. */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or close ends in channelInactive.
final class MessageWriter {
    private static final ByteBuf CRLF =
            Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer(2).writeBytes(new byte[] {'\r', '\n'}).asReadOnly());
    private static final ByteBuf LAST_CHUNK =
            Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer(5)
                            .writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                            .asReadOnly());

    private final Channel channel;
    private Framing framing = new Framing.None();
    private boolean ended;

    MessageWriter(Channel channel) {
        this.channel = channel;
    }

    /**
     * Writes a head and begins a message of that framing, which is added to the fields.
     *
     * @param fields without content-length and transfer-encoding, unless there is no body
     */
    ChannelFuture head(String startLine, Fields fields, Framing framing) {
        this.framing = framing;
        ended = framing instanceof Framing.None;
        switch (framing) {
            case Framing.Length(long bytes) -> fields.add("Content-Length", Long.toString(bytes));
            case Framing.Chunked _ -> fields.add("Transfer-Encoding", "chunked");
            case Framing.None _, Framing.UntilClose _ -> {}
        }
        return channel.write(encode(channel.alloc(), startLine, fields));
    }

    static ByteBuf encode(ByteBufAllocator alloc, String startLine, Fields fields) {
        StringBuilder text = new StringBuilder(512).append(startLine).append("\r\n");
        append(text, fields);
        return latin1(alloc, text);
    }

    private static void append(StringBuilder text, Fields fields) {
        fields.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        text.append("\r\n");
    }

    private static ByteBuf latin1(ByteBufAllocator alloc, CharSequence text) {
        return ByteBufUtil.encodeString(
                alloc, java.nio.CharBuffer.wrap(text), StandardCharsets.ISO_8859_1);
    }

    /** Writes a piece of the body; takes ownership. */
    ChannelFuture piece(ByteBuf piece) {
        if (!(framing instanceof Framing.Chunked)) {
            return channel.write(piece);
        }
        String size = Integer.toHexString(piece.readableBytes()) + "\r\n";
        channel.write(ByteBufUtil.writeAscii(channel.alloc(), size));
        channel.write(piece);
        return channel.write(CRLF.duplicate());
    }

    /** Ends the message; trailers go only where the framing has a place for them. */
    ChannelFuture end(Fields trailers) {
        if (ended || !(framing instanceof Framing.Chunked)) {
            ended = true;
            return channel.write(Unpooled.EMPTY_BUFFER);
        }
        ended = true;
        Fields passed = new Fields();
        trailers.forEach((name, value) -> {
            if (HopByHop.mayTrail(name.toLowerCase(Locale.ROOT))) {
                passed.add(name, value);
            }
        });
        if (passed.size() == 0) {
            return channel.write(LAST_CHUNK.duplicate());
        }
        StringBuilder text = new StringBuilder("0\r\n");
        append(text, passed);
        return channel.write(latin1(channel.alloc(), text));
    }
}
