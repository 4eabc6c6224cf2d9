package dev.gibbon.operator.certmanager;

import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.certmanager.Trouble.Reason;
import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks cert-manager for an intermediate, and looks at what has become of that. By reading, again
 * and again, instead of by a watch: it needs fewer rights, and there may be no cert-manager to
 * watch. For one thread, which it blocks.
 */
public final class IssuanceLook {
    private final IssuanceSettings settings;
    private final String namespace;
    private final List<OwnerReference> owners;
    private final IssuanceObjects objects;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Log log;
    private @Nullable String certificateUid;

    /**
     * A look that has not been taken.
     *
     * @param namespace the operator's own
     * @param owners of the Certificate
     */
    public IssuanceLook(
            IssuanceSettings settings,
            KubernetesClient client,
            String namespace,
            List<OwnerReference> owners,
            InstantSource clock,
            SecureRandom random,
            Log log) {
        this.settings = settings;
        this.namespace = namespace;
        this.owners = List.copyOf(owners);
        this.objects = new IssuanceObjects(client, namespace);
        this.clock = clock;
        this.random = random;
        this.log = log;
    }

    /**
     * Asks, if that has not been done, and looks.
     *
     * @param domain of the mesh; empty before it has one
     */
    public Issuance take(Optional<TrustDomain> domain) {
        try {
            Certificate certificate = ask();
            certificateUid = certificate.getMetadata().getUid();
            Optional<Secret> secret = objects.secret();
            secret.ifPresent(found -> objects.own(found, certificate));
            return IssuanceVerdict.of(
                    new IssuanceVerdict.Facts(
                            settings.issuer(),
                            objects.issuer(settings.issuer()),
                            certificate,
                            secret.map(IssuanceObjects::documents)),
                    domain,
                    clock.instant(),
                    random);
        } catch (KubernetesClientException e) {
            return Issuance.of(
                    e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                            ? new Trouble(
                                    Reason.CERT_MANAGER_MISSING,
                                    "the cluster has no cert-manager (expected: the definition of"
                                            + " certificates.cert-manager.io)")
                            : new Trouble(
                                    Reason.API_FAILED,
                                    "status "
                                            + e.getCode()
                                            + " of the API server: "
                                            + e.getMessage()));
        }
    }

    private Certificate ask() {
        Optional<Certificate> found = objects.certificate();
        if (found.isPresent() && IntermediateRequest.isAsked(found.get(), settings, owners)) {
            return found.get();
        }
        Certificate applied =
                objects.apply(IntermediateRequest.certificate(settings, namespace, owners));
        log.info("intermediate asked for", "issuer", settings.issuer());
        return applied;
    }

    /** The Certificate's, as of the last look; empty where there is none. */
    public Optional<String> certificateUid() {
        return Optional.ofNullable(certificateUid);
    }
}
