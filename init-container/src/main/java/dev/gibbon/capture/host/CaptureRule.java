package dev.gibbon.capture.host;

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
     * New connections go to the sidecar's listener. The rule decides nothing when nobody listens,
     * also where a connection of the same addresses and ports has ended and is in TIME_WAIT: nft's
     * tproxy would hand the packet to what is left of it, and TCP from there to the workload.
     */
    record DivertNew(Match match, InetSocketAddress sidecar) implements CaptureRule {}

    /**
     * New connections are dropped. Stands behind each {@link DivertNew}: what the sidecar does not
     * take would reach the workload around it.
     */
    record RefuseNew(Match match) implements CaptureRule {}

    /**
     * Packets go to the sidecar's socket for this connection. Stands behind {@link RefuseNew}, so
     * that only connections that exist are left. Those without a socket of the sidecar go on:
     * replies to a client that happens to use a captured port, and connections that are older than
     * the rules.
     */
    record Divert(Match match, InetSocketAddress sidecar) implements CaptureRule {}

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
