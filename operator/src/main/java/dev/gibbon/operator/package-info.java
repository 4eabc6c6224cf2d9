/** The mesh in Kubernetes: what runs in the operator's pod, put together. */
@NullMarked
package dev.gibbon.operator;

import org.jspecify.annotations.NullMarked;
