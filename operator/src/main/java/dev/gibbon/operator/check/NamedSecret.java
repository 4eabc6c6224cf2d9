package dev.gibbon.operator.check;

import java.util.Map;
import java.util.Set;

/**
 * What may be known of a Secret: its keys, and the certificates. Private keys do not get here.
 *
 * @param certificates by key, as PEM text
 */
record NamedSecret(
        String namespace, String name, Set<String> keys, Map<String, String> certificates) {
    NamedSecret {
        keys = Set.copyOf(keys);
        certificates = Map.copyOf(certificates);
    }
}
