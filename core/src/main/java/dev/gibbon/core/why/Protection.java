package dev.gibbon.core.why;

/** What the way to an upstream is protected against. */
public enum Protection {
    /** The destination is registered. */
    MESH(
            "declared mesh: encrypted, both ends verified; protects against passive and active"
                    + " attackers on the way"),
    /** Mesh TLS is offered and demanded. */
    MESH_REQUIRED(
            "mesh TLS or nothing: encrypted, both ends must be of the mesh; which workload answers"
                    + " is not known beforehand, so another member could take its place"),
    /** Mesh TLS is offered. */
    NEGOTIATED(
            "negotiated: mesh TLS if the peer takes the offer, else TLS that verifies nothing;"
                    + " protects against passive readers only, as an active attacker can decline"
                    + " the offer"),
    /** TLS as the Service demands. */
    VERIFIED(
            "verified TLS: encrypted, the upstream's certificate must verify; protects against"
                    + " passive and active attackers on the way, but the upstream does not learn"
                    + " who calls"),
    /** TLS that checks no certificate. */
    UNVERIFIED(
            "unverified TLS: encrypted, no certificate is checked; protects against passive readers"
                    + " only"),
    /** Nothing. */
    NONE("none: not encrypted; anyone on the way can read and change it"),
    /** It is not dialled at all. */
    REFUSED("not dialled"),
    /** The host name was not resolved here. */
    UNKNOWN(
            "not known: it depends on the address, and the host name has not been resolved; give"
                    + " an address to learn more");

    private final String sentence;

    Protection(String sentence) {
        this.sentence = sentence;
    }

    /** What it means, for the user. */
    public String sentence() {
        return sentence;
    }
}
