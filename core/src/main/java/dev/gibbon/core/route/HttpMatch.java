package dev.gibbon.core.route;

import dev.gibbon.core.rule.HttpRule;

/**
 * The rule that takes a request.
 *
 * @param matchedPath how many leading characters of the path the rule matched; 0 when it does not
 *     look at paths
 */
public record HttpMatch(HttpRule rule, int matchedPath) {}
