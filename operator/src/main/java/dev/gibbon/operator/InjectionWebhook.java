package dev.gibbon.operator;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.x509.CertifiedKey;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.operator.inject.InjectionSettings;
import dev.gibbon.operator.inject.Injector;
import dev.gibbon.operator.webhook.AdmissionEndpoint;
import dev.gibbon.operator.webhook.InjectionCounts;
import dev.gibbon.operator.webhook.InjectionEvents;
import dev.gibbon.operator.webhook.NamespaceLookup;
import dev.gibbon.operator.webhook.ServingCertificate;
import dev.gibbon.operator.webhook.ServingCertificateIssuer;
import dev.gibbon.operator.webhook.WebhookServer;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The injection webhook of this replica: its server, its certificate, which the mesh's authority
 * signs anew at half its life, and the roots in the webhook's configuration.
 */
final class InjectionWebhook implements AutoCloseable {
    /** The configuration of the webhook, which the chart makes. */
    static final String CONFIGURATION = "gibbon-injection";

    private static final String SERVICE = "gibbon-operator";

    private final CertificateAuthority authority;
    private final List<String> names;
    private final ServingCertificate certificate;
    private final InjectionCounts counts = new InjectionCounts();
    private final WebhookServer server;
    private final Log log;
    private final ScheduledExecutorService renewal =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("webhook-certificate").daemon().factory());

    private InjectionWebhook(
            InjectionSettings settings,
            int port,
            CertificateAuthority authority,
            NamespaceLookup namespaces,
            InjectionEvents events,
            Log log) {
        this.authority = authority;
        this.log = log;
        this.names = ServingCertificateIssuer.names(SERVICE, settings.meshNamespace());
        this.certificate = new ServingCertificate(signed());
        this.server =
                new WebhookServer(
                        port,
                        certificate,
                        new AdmissionEndpoint(
                                new Injector(settings),
                                namespaces,
                                events,
                                counts,
                                log,
                                System::nanoTime));
    }

    /**
     * Starts one.
     *
     * @throws IOException when the port cannot be listened on
     */
    static InjectionWebhook start(
            InjectionSettings settings,
            int port,
            CertificateAuthority authority,
            NamespaceLookup namespaces,
            InjectionEvents events,
            Log log)
            throws IOException {
        InjectionWebhook webhook =
                new InjectionWebhook(settings, port, authority, namespaces, events, log);
        webhook.server.start();
        long half = authority.lifetime().dividedBy(2).toMillis();
        var _ =
                webhook.renewal.scheduleWithFixedDelay(
                        webhook::renew, half, half, TimeUnit.MILLISECONDS);
        log.info("webhook listens", "port", webhook.server.port());
        return webhook;
    }

    private CertifiedKey signed() {
        KeyPair keys = P256.generate(new SecureRandom());
        return new CertifiedKey(keys.getPrivate(), authority.signServer(keys.getPublic(), names));
    }

    /** Shows a certificate that the authority signs now. Any thread but an event loop. */
    void renew() {
        try {
            certificate.replace(signed());
        } catch (RuntimeException e) {
            log.error("webhook's certificate could not be renewed", "cause", e);
        }
    }

    /** The roots that a configuration has for each of its webhooks, one a line. */
    static String caBundles(MutatingWebhookConfiguration configuration) {
        StringBuilder bundles = new StringBuilder();
        for (MutatingWebhook webhook : configuration.getWebhooks()) {
            bundles.append(Objects.requireNonNullElse(webhook.getClientConfig().getCaBundle(), ""))
                    .append('\n');
        }
        return bundles.toString();
    }

    /**
     * Writes the mesh's roots into the webhook's configuration where others are there. Blocks.
     *
     * @param found see {@link #caBundles}
     * @return whether all is as it should be
     */
    boolean keepRoots(KubernetesClient client, String found) {
        String roots =
                Base64.getEncoder()
                        .encodeToString(
                                Pem.ofCertificates(authority.bundle().roots())
                                        .getBytes(StandardCharsets.US_ASCII));
        if (found.lines().allMatch(roots::equals)) {
            return true;
        }
        try {
            client.admissionRegistration()
                    .v1()
                    .mutatingWebhookConfigurations()
                    .withName(CONFIGURATION)
                    .edit(configuration -> {
                        configuration
                                .getWebhooks()
                                .forEach(webhook -> webhook.getClientConfig().setCaBundle(roots));
                        return configuration;
                    });
            log.info("webhook's roots written", "configuration", CONFIGURATION);
            return true;
        } catch (KubernetesClientException e) {
            log.warn(
                    "webhook's roots could not be written; trying again",
                    "status",
                    e.getCode(),
                    "cause",
                    String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** Figures of injection, in the text format of Prometheus. */
    String metrics() {
        return counts.toText();
    }

    /** Where it listens. */
    int port() {
        return server.port();
    }

    @Override
    public void close() {
        renewal.shutdownNow();
        server.close();
    }
}
