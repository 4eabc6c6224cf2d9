/** How the operator is doing, for Kubernetes and for Prometheus. */
@NullMarked
package dev.gibbon.operator.status;

import org.jspecify.annotations.NullMarked;
