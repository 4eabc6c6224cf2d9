/**
 * What a document must be to become an entity. A document is what JSON, a form or a database gives:
 * maps, lists, texts, numbers, booleans, null. A schema reads it into a value of {@code
 * dev.gibbon.core.entity} or names everything that is wrong with it at once, in the words of Kong
 * 1.1 ({@code kong/db/schema@1.1.0}); and it writes an entity as a document again.
 *
 * <p>Arrows: {@code ServiceSchema}, {@code RouteSchema} -> {@code DocumentReader} -> {@code
 * Violation}; {@code ViolationTree} makes the answer that a client reads. No I/O, no clock; a
 * user's mistake is never an exception.
 */
@NullMarked
package dev.gibbon.core.schema;

import org.jspecify.annotations.NullMarked;
