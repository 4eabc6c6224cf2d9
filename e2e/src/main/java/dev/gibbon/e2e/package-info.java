/**
 * What tests on a real Kubernetes stand on: a cluster is found or started, each test class gets a
 * namespace of its own, and talks to it by what people use too: objects, exec, logs, and waiting
 * until something is so.
 */
@NullMarked
package dev.gibbon.e2e;

import org.jspecify.annotations.NullMarked;
