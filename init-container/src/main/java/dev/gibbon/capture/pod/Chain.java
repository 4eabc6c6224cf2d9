package dev.gibbon.capture.pod;

import java.util.Locale;

/** A list of rules. Those that others go to come first. */
enum Chain {
    /** Connections to the outside that are left alone. */
    BYPASS,

    /** What has come to an address of the pod. */
    INBOUND,

    /** Hooked into prerouting: what came over an interface, the loopback one included. */
    ARRIVING,

    /** Hooked into output: what processes of the pod send. */
    LEAVING;

    /** As nft has it. */
    String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As iptables has it, where all chains of the table share one space of names. */
    String prefixed() {
        return "GIBBON_" + name();
    }
}
