/**
 * What operators and orchestrators ask a sidecar: {@code /metrics}, {@code /healthz/live} and
 * {@code /healthz/ready}. A listener of its own, which no route reaches.
 */
@NullMarked
package dev.gibbon.sidecar.status;

import org.jspecify.annotations.NullMarked;
