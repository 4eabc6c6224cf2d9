package dev.gibbon.sidecar.stream;

import dev.gibbon.sidecar.upstream.UpstreamConnection;
import io.netty.util.concurrent.Future;

/** Where an accepted connection stands. */
sealed interface State {

    /** Its first bytes are awaited. */
    record Detecting() implements State {}

    /** It is asked where the destination leads. */
    record Asking() implements State {}

    /** TLS with the client is being agreed upon. */
    record ShakingHands() implements State {}

    /** The header of a mesh leg is awaited. */
    record ReadingHeader(LegEntry entry) implements State {}

    /** It is known where the connection goes, and being dialled. */
    record Dialling(Future<UpstreamConnection> dial) implements State {}

    /** A relay or the HTTP handlers have it. */
    record HandedOver() implements State {}

    /** It is over. */
    record Closed() implements State {}
}
