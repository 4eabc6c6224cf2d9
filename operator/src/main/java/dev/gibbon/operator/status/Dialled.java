package dev.gibbon.operator.status;

import dev.gibbon.core.net.IpPort;
import dev.gibbon.operator.discovery.ServiceFact;
import org.jspecify.annotations.Nullable;

/**
 * What a pod dials.
 *
 * @param address what its application's connect(2) names, so what is captured
 * @param service whose virtual address that is; null for none
 */
record Dialled(IpPort address, @Nullable ServiceFact service) {}
