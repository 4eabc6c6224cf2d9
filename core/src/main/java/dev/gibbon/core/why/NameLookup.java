package dev.gibbon.core.why;

import dev.gibbon.core.net.IpAddress;
import java.util.Optional;

/** The addresses of host names, as far as they are known to who asks. */
@FunctionalInterface
public interface NameLookup {

    /**
     * An address of this host.
     *
     * @param host never an IP literal
     * @return empty when it is not known
     */
    Optional<IpAddress> address(String host);
}
