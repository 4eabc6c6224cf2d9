package dev.gibbon.operator;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.certmanager.Issuance;
import dev.gibbon.operator.certmanager.IssuanceLook;
import dev.gibbon.operator.certmanager.IssuanceSettings;
import dev.gibbon.operator.certmanager.TroubleTeller;
import dev.gibbon.operator.election.Election;
import dev.gibbon.operator.feed.MeshPublication;
import dev.gibbon.operator.identity.SecretDocuments;
import dev.gibbon.operator.rotation.RotationLoop;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What only one replica does at a time: write statuses, change roots, talk to cert-manager, tell of
 * pods without a sidecar. Any thread may ask whether this one leads.
 */
final class LeaderDuties implements AutoCloseable {
    private final OperatorSettings settings;
    private final KubernetesClient client;
    private final List<OwnerReference> owners;
    private final CertificateAuthority authority;
    private final EventWriter events;
    private final InstantSource clock;
    private final Log log;

    private volatile @Nullable Election election;
    private volatile @Nullable TroubleTeller issuer;
    private @Nullable RootKeeper roots;
    private @Nullable StatusLoop statuses;

    LeaderDuties(
            OperatorSettings settings,
            KubernetesClient client,
            List<OwnerReference> owners,
            CertificateAuthority authority,
            EventWriter events,
            InstantSource clock,
            Log log) {
        this.settings = settings;
        this.client = client;
        this.owners = List.copyOf(owners);
        this.authority = authority;
        this.events = events;
        this.clock = clock;
        this.log = log;
    }

    /**
     * Stands for election; from then on does what there is to do whenever this replica leads.
     *
     * @param statusLoop not started; closed with the duties
     * @param sources what statuses are made of
     * @param publication the last one, which tells how many sidecars have to trust a root
     * @param root what the authority's Secret is, as the watch has it
     */
    void start(
            StatusLoop statusLoop,
            StatusLoop.Sources sources,
            Publications publication,
            Supplier<RotationLoop.Request> root) {
        election = Election.start(client, settings.namespace(), owners, settings.podName(), log);
        statuses = statusLoop;
        statusLoop.start(this::isLeading, sources);
        RotationLoop rotation =
                new RotationLoop(
                        authority,
                        new SecretDocuments(
                                client, settings.namespace(), ClusterTables.AUTHORITY, owners),
                        clock,
                        new SecureRandom(),
                        () -> isBundleTrusted(publication.last(), statusLoop.fleet()),
                        this::onRotation,
                        log);
        roots = RootKeeper.start(rotation, this::isLeading, root, supply(), log);
    }

    /** Whether this replica leads. */
    boolean isLeading() {
        Election now = election;
        return now != null && now.isLeading();
    }

    /** Whether cert-manager serves the mesh, 1 or 0; empty where it need not, or another leads. */
    OptionalInt issuer() {
        TroubleTeller teller = issuer;
        return teller == null || !isLeading()
                ? OptionalInt.empty()
                : OptionalInt.of(teller.current().isEmpty() ? 1 : 0);
    }

    private boolean isBundleTrusted(@Nullable MeshPublication publication, Fleet fleet) {
        return publication != null
                && fleet.trusts(authority.bundle(), publication.discovery().members().size());
    }

    private Supplier<RotationLoop.Supply> supply() {
        if (settings.issuance().isEmpty()) {
            return RotationLoop.Supply.Own::new;
        }
        IssuanceSettings issuance = settings.issuance().get();
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
                        new IssuanceEvents(events, settings.namespace(), look), clock, log);
        issuer = teller;
        return () -> {
            Issuance seen = look.take(Optional.of(authority.trustDomain()));
            teller.onLook(seen.trouble());
            return new RotationLoop.Supply.Issuer(seen.offered());
        };
    }

    private void onRotation(String reason, String message) {
        events.write(
                "gibbon-roots-",
                new ObjectReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Secret")
                        .withNamespace(settings.namespace())
                        .withName(ClusterTables.AUTHORITY)
                        .build(),
                "Normal",
                reason,
                message);
    }

    /** Gives up leading last, so that nothing is done by two. */
    @Override
    public void close() {
        if (roots != null) {
            roots.close();
        }
        if (statuses != null) {
            statuses.close();
        }
        Election now = election;
        if (now != null) {
            now.close();
        }
    }
}
