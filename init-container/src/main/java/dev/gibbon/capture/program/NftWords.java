package dev.gibbon.capture.program;

/** What scripts for {@code nft -f} have in common. */
public final class NftWords {
    /**
     * Removes the table of a former script. Adding before deleting makes the deletion succeed where
     * there is nothing to delete.
     */
    public static final String CLEAR = "add table inet gibbon\ndelete table inet gibbon\n";

    /** Matches packets that ask for a new connection. */
    public static final String NEW = "tcp flags & (syn | ack) == syn";

    /**
     * Stands behind tproxy, and ends the rule where the socket that it has assigned is the rest of
     * an ended connection, for that has no such property. Any value will do.
     */
    public static final String WHOLE_SOCKET = "socket wildcard { 0, 1 }";

    private NftWords() {}
}
