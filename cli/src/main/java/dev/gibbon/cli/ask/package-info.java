/** Commands that ask a running control plane over its Admin API: status, why, workload. */
@NullMarked
package dev.gibbon.cli.ask;

import org.jspecify.annotations.NullMarked;
