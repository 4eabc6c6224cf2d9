package dev.gibbon.core.identity;

/** Whether a peer is whom its certificate says. */
public sealed interface PeerVerdict {

    /** The peer is this one. */
    record Trusted(PeerIdentity identity) implements PeerVerdict {}

    /**
     * The peer is not to be talked to.
     *
     * @param detail for people: what was got and what was expected; no control characters
     */
    record Rejected(Reason reason, String detail) implements PeerVerdict {
        @Override
        public String toString() {
            return reason.label() + ": " + detail;
        }
    }

    /** Why a peer is rejected. */
    enum Reason {
        NO_CERTIFICATE("no_certificate"),
        FOREIGN_AUTHORITY("foreign_authority"),
        EXPIRED("expired"),
        NOT_YET_VALID("not_yet_valid"),
        SOURCE_ADDRESS("source_address"),
        NOT_IN_TRUST_DOMAIN("not_in_trust_domain"),
        MALFORMED("malformed");

        private final String label;

        Reason(String label) {
            this.label = label;
        }

        /** The name in logs and metrics, e.g. {@code source_address}. */
        public String label() {
            return label;
        }
    }
}
