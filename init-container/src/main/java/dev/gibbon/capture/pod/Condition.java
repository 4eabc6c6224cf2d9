package dev.gibbon.capture.pod;

import java.util.List;

/** Which TCP packets a rule is for. */
sealed interface Condition {

    /** The packet asks for a new connection: SYN without ACK. */
    record NewConnection() implements Condition {}

    /**
     * The first packet of which the kernel's connection tracking knows nothing, sent by the one who
     * it then takes for the client. Not always a SYN: entries get lost.
     */
    record NewEntry() implements Condition {}

    /** The packet goes this way through its connection. */
    record Going(Direction direction) implements Condition {}

    /** As seen from whoever sent the first packet. */
    enum Direction {
        ORIGINAL,
        REPLY
    }

    /** The packet came in by the loopback interface. */
    record FromLoopback() implements Condition {}

    /** The packet is about to leave by the loopback interface. */
    record ToLoopback() implements Condition {}

    /** The packet's mark, within {@link Mark#MASK}. */
    record Marked(Mark mark) implements Condition {}

    /** The connection's mark, within {@link Mark#MASK}. */
    record ConnectionMarked(Mark mark) implements Condition {}

    /** The connection's mark has all bits of this one. */
    record ConnectionHas(Mark mark) implements Condition {}

    /** Comes from one of these addresses, which are of one family; not empty. */
    record SourceIn(Family family, List<Cidr> blocks) implements Condition {}

    /** Goes to one of these addresses, which are of one family; not empty. */
    record DestinationIn(Family family, List<Cidr> blocks) implements Condition {}

    /** Goes to one of these ports; not empty. */
    record ToPorts(List<PortRange> ports) implements Condition {}

    /** Goes to an address of this network namespace. */
    record ToOwnAddress() implements Condition {}

    /** Comes from an address that is not of this network namespace. */
    record FromForeignAddress() implements Condition {}

    /** The socket was made by a process of this group. No longer true once it is closed. */
    record OwnedByGroup(long gid) implements Condition {}

    /** The socket was made by a process of this user. No longer true once it is closed. */
    record OwnedByUser(long uid) implements Condition {}

    /** A reset that belongs to no connection. */
    record StrayReset() implements Condition {}
}
