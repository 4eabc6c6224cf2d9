package dev.gibbon.core.decision;

import dev.gibbon.core.net.IpAddress;

/** The local address that an upstream is dialled from. */
public sealed interface DialSource {

    /** Whatever the kernel takes. */
    record Any() implements DialSource {}

    /** An address of this node. */
    record Fixed(IpAddress address) implements DialSource {}

    /** The client's own address: bound with IP_TRANSPARENT and a port of the sidecar's choice. */
    record Client(IpAddress address) implements DialSource {}
}
