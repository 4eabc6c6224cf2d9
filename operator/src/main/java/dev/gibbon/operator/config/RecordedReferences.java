package dev.gibbon.operator.config;

import dev.gibbon.operator.discovery.ServiceFact;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Passes questions on and remembers the answers, so that it can be told whether they still hold.
 */
final class RecordedReferences implements References {
    private record Name(String namespace, String name) {}

    private final References source;
    private final Map<Name, Optional<ServiceFact>> services = new HashMap<>();
    private final Map<SecretRef, SecretValue> secrets = new HashMap<>();

    RecordedReferences(References source) {
        this.source = source;
    }

    @Override
    public Optional<ServiceFact> service(String namespace, String name) {
        return services.computeIfAbsent(
                new Name(namespace, name), _ -> source.service(namespace, name));
    }

    @Override
    public SecretValue secret(SecretRef reference) {
        return secrets.computeIfAbsent(reference, source::secret);
    }

    /** The Secrets that were asked for. */
    Set<SecretRef> secrets() {
        return Set.copyOf(secrets.keySet());
    }

    /** Whether another source would have answered the same. */
    boolean holdIn(References other) {
        return services.entrySet().stream()
                        .allMatch(entry ->
                                other.service(entry.getKey().namespace(), entry.getKey().name())
                                        .equals(entry.getValue()))
                && secrets.entrySet().stream()
                        .allMatch(entry -> other.secret(entry.getKey()).equals(entry.getValue()));
    }
}
