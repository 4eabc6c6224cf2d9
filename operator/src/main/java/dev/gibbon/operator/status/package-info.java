/**
 * How the operator is doing, for Kubernetes, for Prometheus and for people. {@code
 * dev.gibbon.operator.status.MeshQuestions} answers, in plain HTTP and read-only, what {@code
 * gibbon why pod/...} and {@code gibbon check} ask through the API server's proxy for Services.
 */
@NullMarked
package dev.gibbon.operator.status;

import org.jspecify.annotations.NullMarked;
