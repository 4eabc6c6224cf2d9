/**
 * What people write: Service and Route, in the words and with the fields of Kong 1.1. These are
 * values; whether a document may become one is decided in {@code dev.gibbon.core.schema}.
 */
@NullMarked
package dev.gibbon.core.entity;

import org.jspecify.annotations.NullMarked;
