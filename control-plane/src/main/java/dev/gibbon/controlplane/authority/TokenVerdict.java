package dev.gibbon.controlplane.authority;

import dev.gibbon.core.net.IpAddress;
import java.time.Instant;
import java.util.List;

/** Whether a join token lets its holder in. */
public sealed interface TokenVerdict {

    record Accepted() implements TokenVerdict {}

    /** No such token was given out here (or it is long expired). */
    record Unknown() implements TokenVerdict {}

    record Expired(Instant at) implements TokenVerdict {}

    /** The token is for another name. */
    record OtherName(String expected) implements TokenVerdict {}

    /** An address is claimed that the token does not hold. */
    record OtherAddresses(List<IpAddress> expected) implements TokenVerdict {
        public OtherAddresses {
            expected = List.copyOf(expected);
        }
    }
}
