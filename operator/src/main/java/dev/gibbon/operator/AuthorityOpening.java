package dev.gibbon.operator;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.certmanager.Issuance;
import dev.gibbon.operator.certmanager.IssuanceLook;
import dev.gibbon.operator.certmanager.IssuanceSettings;
import dev.gibbon.operator.certmanager.Trouble;
import dev.gibbon.operator.certmanager.TroubleTeller;
import dev.gibbon.operator.identity.ReleaseOwner;
import dev.gibbon.operator.identity.SecretDocuments;
import dev.gibbon.operator.status.AskerReviews;
import dev.gibbon.operator.status.MeshQuestions;
import dev.gibbon.operator.status.MetricsText;
import dev.gibbon.operator.status.StatusServer;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Opens the mesh's authority. Without cert-manager that is done at once; with it, the first
 * intermediate is waited for, and nothing else is served meanwhile: no pod gets a certificate, and
 * none in a labelled namespace is created. All replicas wait alike, for what they do is the same
 * whoever does it.
 */
public final class AuthorityOpening {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final OperatorSettings settings;
    private final KubernetesClient client;
    private final InstantSource clock;
    private final Log log;
    private final List<OwnerReference> owners;
    private final SecretDocuments store;

    private volatile String awaited = "the first intermediate of cert-manager";

    /** How to wait between two looks. */
    @FunctionalInterface
    public interface Pause {
        /**
         * Waits.
         *
         * @return false when no more is to be waited for
         */
        boolean waited(Duration duration) throws InterruptedException;
    }

    /** For one opening. */
    public AuthorityOpening(
            OperatorSettings settings, KubernetesClient client, InstantSource clock, Log log) {
        this.settings = settings;
        this.client = client;
        this.clock = clock;
        this.log = log;
        this.owners = ReleaseOwner.find(client, log);
        this.store =
                new SecretDocuments(client, settings.namespace(), ClusterTables.AUTHORITY, owners);
    }

    /**
     * Opens it. Blocks.
     *
     * @return empty when the pause says that no more is to be waited for
     * @throws IOException with one sentence when the Secret cannot be read or written
     */
    public Optional<CertificateAuthority> await(Pause pause)
            throws IOException, InterruptedException {
        if (settings.issuance().isPresent()
                && !CertificateAuthority.isIn(store)
                && !awaitIntermediate(settings.issuance().get(), pause)) {
            return Optional.empty();
        }
        CertificateAuthority authority =
                CertificateAuthority.open(
                        store,
                        clock,
                        new SecureRandom(),
                        settings.certificateLifetime(),
                        settings.trustDomain());
        log.info("authority opened", "trustDomain", authority.trustDomain());
        return Optional.of(authority);
    }

    private boolean awaitIntermediate(IssuanceSettings issuance, Pause pause)
            throws IOException, InterruptedException {
        IssuanceLook look =
                new IssuanceLook(
                        issuance,
                        client,
                        settings.namespace(),
                        owners,
                        clock,
                        new SecureRandom(),
                        log);
        TroubleTeller teller =
                new TroubleTeller(
                        new IssuanceEvents(
                                new EventWriter(client, settings.podName(), clock, log),
                                settings.namespace(),
                                look),
                        clock,
                        log);
        log.info("waiting for the first intermediate", "issuer", issuance.issuer());
        try (StatusServer _ =
                StatusServer.start(
                        settings.status(),
                        () -> awaited,
                        AuthorityOpening::metrics,
                        new MeshQuestions(() -> null, List::of),
                        new AskerReviews(client, settings.namespace()),
                        log)) {
            while (true) {
                Issuance seen = look.take(settings.trustDomain());
                teller.onLook(seen.trouble());
                if (seen.offered().isPresent()) {
                    CertificateAuthority.create(store, seen.offered().get());
                    return true;
                }
                awaited = seen.trouble().map(Trouble::message).orElse("cert-manager issues");
                if (!pause.waited(PAUSE)) {
                    return false;
                }
                // Another replica may have been quicker.
                if (CertificateAuthority.isIn(store)) {
                    return true;
                }
            }
        }
    }

    /** It has not served the mesh yet, though the first seconds are no trouble worth telling. */
    private static String metrics() {
        return new MetricsText()
                .gauge("gibbon_cert_manager_works", "Whether cert-manager serves the mesh.", 0)
                .toString();
    }
}
