/**
 * How the YAML of the custom resources is made from their types, and what a real API server does
 * with it.
 */
@NullMarked
package dev.gibbon.crd.schema;

import org.jspecify.annotations.NullMarked;
