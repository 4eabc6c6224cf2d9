package dev.gibbon.sidecar.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * What a client has sent and nobody has taken yet, and whether it has half-closed behind that. Owns
 * the bytes. Confined to the channel's event loop.
 */
final class ClientInput {
    private @Nullable ByteBuf bytes;
    private boolean ended;

    /** Takes over more bytes. */
    void add(ByteBufAllocator allocator, ByteBuf more) {
        ByteBuf before = bytes;
        bytes =
                before == null
                        ? more
                        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, before, more);
    }

    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    boolean isEmpty() {
        return bytes == null;
    }

    /** The bytes, which stay here; null for none. */
    @Nullable ByteBuf peek() {
        return bytes;
    }

    /** The bytes, which the caller owns from here on; null for none. */
    @Nullable ByteBuf take() {
        ByteBuf taken = bytes;
        bytes = null;
        return taken;
    }

    /** Drops the bytes. */
    void release() {
        ByteBuf dropped = take();
        if (dropped != null) {
            dropped.release();
        }
    }
}
