package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.sidecar.leg.LegFrames;
import dev.gibbon.sidecar.leg.LegHeaderCodec;
import dev.gibbon.sidecar.tls.MeshHandshake;
import dev.gibbon.sidecar.tls.PeerVerifier;
import dev.gibbon.sidecar.tls.TlsFailures;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The start of an accepted mesh leg: a handshake in which the peer proves that it is of the mesh,
 * the leg's header, and from there on frames. Confined to the channel's event loop.
 */
final class LegEntry {

    /** Told in this order; nothing after {@code failed}. */
    interface Listener {

        /**
         * The peer is of the mesh, and its header is awaited.
         *
         * @return false when the connection is over: then nothing is read
         */
        boolean verified(String identity);

        /** The header has been read; what came behind it follows through the pipeline. */
        void opened(LegHeader header);

        /** It is no mesh leg. */
        void failed(CloseReason reason, @Nullable String detail);
    }

    private final Channel channel;
    private final ClientInput input;
    private final String alpn;
    private final Listener listener;

    /**
     * @param alpn the protocol name of mesh TLS
     */
    LegEntry(Channel channel, ClientInput input, String alpn, Listener listener) {
        this.channel = channel;
        this.input = input;
        this.alpn = alpn;
        this.listener = listener;
    }

    /** Shakes hands, and reads on once that is done. */
    void start(ClientHandshake handshake, MeshHandshake mesh) {
        handshake.start(mesh.handler(), done -> onHandshake(mesh, done));
    }

    private void onHandshake(MeshHandshake mesh, Future<Channel> done) {
        PeerVerifier.Verdict verdict = mesh.verdict();
        if (!done.isSuccess()) {
            listener.failed(CloseReason.PEER_REJECTED, TlsFailures.ofMeshClient(done.cause()));
        } else if (!(verdict instanceof PeerVerifier.Verdict.Trusted(String identity))
                || !alpn.equals(mesh.handler().applicationProtocol())) {
            listener.failed(
                    CloseReason.PEER_REJECTED,
                    "handshake: the peer was not verified as of the mesh");
        } else if (listener.verified(identity)) {
            readHeader();
        }
    }

    /** Looks for the header in what has been read, and asks for more where it is not complete. */
    void readHeader() {
        ByteBuf bytes = input.peek();
        Optional<LegHeader> header = Optional.empty();
        if (bytes != null) {
            try {
                header = LegHeaderCodec.decode(bytes);
            } catch (LegHeaderCodec.MalformedHeaderException e) {
                listener.failed(CloseReason.BAD_REQUEST, "mesh leg header: " + e.getMessage());
                return;
            }
        }
        if (header.isPresent()) {
            open(header.get());
        } else if (input.hasEnded()) {
            ended();
        } else {
            channel.read();
        }
    }

    /** The peer has ended its direction before the header was complete. */
    void ended() {
        listener.failed(CloseReason.CLIENT_GONE, "the mesh leg ended before its header");
    }

    private void open(LegHeader header) {
        LegFrames frames = new LegFrames();
        channel.pipeline().addAfter(ClientHandshake.NAME, "frames", frames);
        ByteBuf rest = input.take();
        listener.opened(header);
        if (rest == null) {
            return;
        }
        if (!channel.isOpen() || !rest.isReadable()) {
            rest.release();
            return;
        }
        try {
            frames.channelRead(channel.pipeline().context(frames), rest);
        } catch (IOException e) {
            listener.failed(CloseReason.BAD_REQUEST, e.getMessage());
        }
    }
}
