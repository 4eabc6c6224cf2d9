/**
 * Which rule takes a request or a connection. The routers are immutable indexes over compiled
 * rules; the first rule in key order that matches wins, and how long that takes does not grow with
 * the number of rules.
 */
@NullMarked
package dev.gibbon.core.route;

import org.jspecify.annotations.NullMarked;
