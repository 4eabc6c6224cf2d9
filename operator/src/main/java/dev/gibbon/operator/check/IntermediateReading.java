package dev.gibbon.operator.check;

import java.time.Instant;

/**
 * What the Secret of cert-manager is worth, read as the operator reads it; without any of the key.
 *
 * @param problem why it cannot sign; empty text when it can
 * @param notAfter when it ends; of one that cannot sign, the epoch
 */
record IntermediateReading(String problem, Instant notAfter) {}
