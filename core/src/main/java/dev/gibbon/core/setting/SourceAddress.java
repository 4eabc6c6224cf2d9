package dev.gibbon.core.setting;

/** Which address the last hop dials its workload from, where no bind setting names one. */
public enum SourceAddress {
    /** An address of the node itself. */
    SELF,
    /**
     * The IP address of the client, with a port of the node's choice. Needs rules that bring the
     * replies back, as {@code gibbon capture} makes them.
     */
    CLIENT
}
