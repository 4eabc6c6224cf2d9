package dev.gibbon.core.route;

import java.util.List;

/**
 * The headers of a request, looked at only where a rule asks for one. Called on the thread that
 * selects.
 */
@FunctionalInterface
public interface HeaderLookup {

    /** The headers of a request that has none. */
    HeaderLookup NONE = name -> List.of();

    /**
     * The values of a header, in the order of the request, without white space around them; empty
     * when the request has no such header.
     *
     * @param name lower case
     */
    List<String> values(String name);
}
