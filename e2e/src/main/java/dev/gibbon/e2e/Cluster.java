package dev.gibbon.e2e;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A Kubernetes to test on, by its administrator's rights. */
public final class Cluster implements AutoCloseable {
    private static final int DEFAULT_ACCOUNT_SECONDS = 30;

    /**
     * Warns, with a stack trace, of each exec whose connection the API server has closed first. A
     * field, because nobody else would keep the logger with its level.
     */
    private final Logger webSockets =
            Logger.getLogger("io.fabric8.kubernetes.client.jdkhttp.JdkWebSocketImpl");

    private final KubernetesClient client;
    private final Program kubectl;
    private final Program helm;
    private final Program gibbon;
    private final @Nullable OwnCluster own;

    /**
     * Takes over the client and closes it.
     *
     * @param own null for a cluster that somebody else runs
     */
    Cluster(
            KubernetesClient client,
            Program kubectl,
            Program helm,
            Program gibbon,
            @Nullable OwnCluster own) {
        this.client = Objects.requireNonNull(client, "client");
        this.kubectl = kubectl;
        this.helm = helm;
        this.gibbon = gibbon;
        this.own = own;
        webSockets.setLevel(Level.SEVERE);
    }

    /** For what {@link TestNamespace} has no words for. */
    public KubernetesClient client() {
        return client;
    }

    /** {@code kubectl}, run in the checkout. */
    public Program kubectl() {
        return kubectl;
    }

    /** {@code helm}, run in the checkout. */
    public Program helm() {
        return helm;
    }

    /** {@code ./gibbon} of the checkout. */
    public Program gibbon() {
        return gibbon;
    }

    /** For tests that stop parts of the cluster; empty when it is not ours to stop. */
    public Optional<OwnCluster> own() {
        return Optional.ofNullable(own);
    }

    /** A new namespace, ready for pods; the caller closes it. The purpose is part of its name. */
    public TestNamespace createNamespace(String purpose) {
        String readable = purpose.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        // Random, because the last run's namespace may still be on its way out.
        String suffix =
                Integer.toString(
                        ThreadLocalRandom.current().nextInt(36 * 36 * 36, 36 * 36 * 36 * 36), 36);
        String name =
                "test-" + readable.substring(0, Math.min(readable.length(), 40)) + "-" + suffix;
        client.namespaces()
                .resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .addToLabels("gibbon.dev/test", "true")
                                .endMetadata()
                                .build())
                .create();
        // Without it, pods are refused.
        client.serviceAccounts()
                .inNamespace(name)
                .withName("default")
                .waitUntilCondition(Objects::nonNull, DEFAULT_ACCOUNT_SECONDS, TimeUnit.SECONDS);
        return new TestNamespace(client, name);
    }

    @Override
    public void close() {
        client.close();
    }
}
