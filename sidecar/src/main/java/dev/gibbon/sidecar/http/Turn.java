package dev.gibbon.sidecar.http;

import io.netty.buffer.ByteBuf;

/**
 * The request whose turn it is on a client connection: its body is passed on to its exchange, piece
 * by piece. Confined to the connection's event loop.
 */
final class Turn {
    /** What a step has come to. */
    enum Step {
        /** Another one may follow at once. */
        MADE,
        /** More of the body has to come first. */
        NEEDS_BYTES,
        /** Nothing is to be read at the moment. */
        NEEDS_NONE
    }

    private final Exchange exchange;
    private final BodyReader body;
    private boolean read;

    private Turn(Exchange exchange, BodyReader body, boolean read) {
        this.exchange = exchange;
        this.body = body;
        this.read = read;
    }

    static Turn of(Exchange exchange, Framing framing, int maxTrailers) {
        BodyReader body = new BodyReader(framing, maxTrailers, false);
        return new Turn(exchange, body, body.done());
    }

    /**
     * One whose head could not be read.
     *
     * @param read whether all before it has been
     */
    static Turn refused(Exchange exchange, boolean read) {
        return new Turn(exchange, new BodyReader(new Framing.None(), 0, false), read);
    }

    Exchange exchange() {
        return exchange;
    }

    /** Whether the body has been taken from the connection to its end. */
    boolean isComplete() {
        return body.done();
    }

    /** Whether the exchange has been given all of it, and knows. */
    boolean isRead() {
        return read;
    }

    /** Gives the exchange a piece of the body, or says that this was the last. */
    Step step(ByteBuf buffer) throws HttpFault {
        if (read || !exchange.takesBody()) {
            return Step.NEEDS_NONE;
        }
        ByteBuf piece = body.read(buffer);
        if (piece != null) {
            exchange.requestPiece(piece);
            return Step.MADE;
        }
        if (body.done()) {
            read = true;
            exchange.requestEnd(body.trailers());
            return Step.MADE;
        }
        return Step.NEEDS_BYTES;
    }
}
