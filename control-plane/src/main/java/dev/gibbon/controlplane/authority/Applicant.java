package dev.gibbon.controlplane.authority;

import dev.gibbon.core.identity.PeerIdentity;

/** What the connection itself proves about who orders a certificate. */
public sealed interface Applicant {

    /** A process on this host, of root or of the control plane's own user. */
    record Local() implements Applicant {}

    /**
     * A process on this host, of another user.
     *
     * @param uid the process's
     * @param ownUid the control plane's
     */
    record OtherUser(int uid, int ownUid) implements Applicant {}

    /** A holder of a certificate of the mesh, which has been verified. */
    record Member(PeerIdentity identity) implements Applicant {}

    /** Anybody. */
    record Stranger() implements Applicant {}
}
