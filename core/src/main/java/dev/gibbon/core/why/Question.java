package dev.gibbon.core.why;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about: a connection, or a request on one.
 *
 * @param request the request, on an HTTP listener; null for a connection on a stream listener
 */
public record Question(Arrival arrival, FirstBytes bytes, @Nullable HttpKey request) {}
