package dev.gibbon.capture;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** One rule for TCP packets that arrive. The first that decides about a packet is the last. */
public sealed interface CaptureRule {

    /**
     * Packets with the bypass mark go on untouched. A sidecar sets it on the socket that dials its
     * own workload ({@code SO_MARK}), and on no other.
     */
    record PassMarked() implements CaptureRule {}

    /** Packets from this address go on untouched. */
    record PassSource(InetAddress source) implements CaptureRule {}

    /**
     * Packets go to the sidecar's socket for this connection, or to its listener. The rule decides
     * nothing when there is neither.
     */
    record Divert(Match match, InetSocketAddress sidecar) implements CaptureRule {}

    /**
     * New connections are dropped. Stands behind each {@link Divert}: nft's tproxy lets a packet go
     * on when nobody listens, and it would reach the workload around its sidecar. Packets of
     * connections that exist go on: replies to a client that happens to use a captured port, and
     * connections that are older than the rules.
     */
    record RefuseNew(Match match) implements CaptureRule {}

    /** Which end of a connection an address belongs to. */
    enum End {
        SOURCE,
        DESTINATION
    }

    /**
     * Which packets a rule is for.
     *
     * @param port the destination port
     */
    record Match(End end, InetAddress address, int port) {}
}
