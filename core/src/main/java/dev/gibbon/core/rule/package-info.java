/**
 * Routes, compiled. A Route entity becomes single-valued rules that know nothing of Kong or
 * Kubernetes: each holds at most one host and path (or one source, destination and SNI) and a sort
 * key that makes the order total. The first rule in key order that matches wins; Kong's precedence
 * is one way to make such keys, and lives in {@code RouteCompiler} alone.
 */
@NullMarked
package dev.gibbon.core.rule;

import org.jspecify.annotations.NullMarked;
