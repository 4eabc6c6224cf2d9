/** Which of several replicas writes what only one should write. */
@NullMarked
package dev.gibbon.operator.election;

import org.jspecify.annotations.NullMarked;
