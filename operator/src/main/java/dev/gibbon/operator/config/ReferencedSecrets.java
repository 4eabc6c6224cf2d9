package dev.gibbon.operator.config;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.X509FormatException;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads the Secrets that MeshServices refer to, one by one and by name: the operator may neither
 * list nor watch Secrets. So a change of one is seen after at most {@link #INTERVAL}. Of a Secret
 * only the entry that is referred to is looked at, and only if it is certificates.
 */
public final class ReferencedSecrets implements AutoCloseable {
    /** How long a change of a Secret may go unnoticed. */
    public static final Duration INTERVAL = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final Runnable changed;
    private final Log log;
    private final Map<SecretRef, SecretValue> values = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("secrets").daemon().factory());

    /**
     * Reads nothing yet.
     *
     * @param changed called when a value has changed; must not block
     */
    public ReferencedSecrets(KubernetesClient client, Runnable changed, Log log) {
        this.client = client;
        this.changed = changed;
        this.log = log;
        var _ =
                thread.scheduleWithFixedDelay(
                        () -> values.keySet().forEach(this::read),
                        INTERVAL.toMillis(),
                        INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** What is known of an entry; asking begins to look. Does not block. */
    public SecretValue get(SecretRef reference) {
        return values.computeIfAbsent(
                reference,
                unknown -> {
                    thread.execute(() -> read(unknown));
                    return new SecretValue.Pending();
                });
    }

    /** Forgets all others. */
    public void retain(Set<SecretRef> wanted) {
        values.keySet().retainAll(wanted);
    }

    private void read(SecretRef reference) {
        SecretValue value;
        try {
            value =
                    value(
                            client.secrets()
                                    .inNamespace(reference.namespace())
                                    .withName(reference.name())
                                    .get(),
                            reference);
        } catch (KubernetesClientException e) {
            log.warn(
                    "secret could not be read; what is known of it stays",
                    "namespace",
                    reference.namespace(),
                    "name",
                    reference.name(),
                    "status",
                    e.getCode());
            return;
        }
        SecretValue old = values.replace(reference, value);
        if (old != null && !old.equals(value)) {
            changed.run();
        }
    }

    static SecretValue value(Secret secret, SecretRef reference) {
        if (secret == null) {
            return new SecretValue.Unusable(
                    "SecretNotFound", "no Secret " + reference.name() + " in this namespace");
        }
        String encoded = secret.getData() == null ? null : secret.getData().get(reference.key());
        String entry = "Secret " + reference.name() + ", key " + reference.key();
        if (encoded == null) {
            return new SecretValue.Unusable("SecretKeyNotFound", entry + ": missing");
        }
        try {
            String pem = new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
            List<X509Certificate> certificates = Pem.certificates(pem);
            if (!certificates.isEmpty()) {
                // Written anew, so that nothing but certificates can leave the Secret.
                return new SecretValue.Certificates(Pem.ofCertificates(certificates));
            }
        } catch (X509FormatException | IllegalArgumentException _) {
            // Told below, without what was found.
        }
        return new SecretValue.Unusable(
                "SecretInvalid", entry + ": unreadable (expected: certificates in PEM)");
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
