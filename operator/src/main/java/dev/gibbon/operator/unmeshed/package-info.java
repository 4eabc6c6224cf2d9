/**
 * Pods that should be in the mesh and are not: they were made before their namespace was labelled,
 * or while the webhook was not asked. {@link dev.gibbon.operator.unmeshed.UnmeshedReader} keeps of
 * a Pod only what would be wrong with it; {@link dev.gibbon.operator.unmeshed.UnmeshedPods} says
 * which of them are to be told of as namespaces are labelled now; {@link
 * dev.gibbon.operator.unmeshed.UnmeshedReporter} tells of each once, while this replica leads.
 */
@NullMarked
package dev.gibbon.operator.unmeshed;

import org.jspecify.annotations.NullMarked;
