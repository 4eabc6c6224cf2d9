package dev.gibbon.controlplane;

import dev.gibbon.controlplane.admin.AdminApi;
import dev.gibbon.controlplane.admin.AdminListener;
import dev.gibbon.controlplane.admin.AdminServer;
import dev.gibbon.controlplane.admin.EditLog;
import dev.gibbon.controlplane.admin.Node;
import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.HostCertificateDesk;
import dev.gibbon.controlplane.authority.JoinTokens;
import dev.gibbon.controlplane.authority.SecretStore;
import dev.gibbon.controlplane.authority.TokenDocument;
import dev.gibbon.controlplane.authority.WorkloadDocument;
import dev.gibbon.controlplane.feed.FeedServer;
import dev.gibbon.controlplane.store.ConfigStore;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpPort;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A running control plane. Closing it leaves sidecars serving with what they have. */
public final class ControlPlane implements AutoCloseable {
    private final ConfigStore store;
    private final FeedServer feed;
    private final AdminServer admin;

    private ControlPlane(ConfigStore store, FeedServer feed, AdminServer admin) {
        this.store = store;
        this.feed = feed;
        this.admin = admin;
    }

    /**
     * What a control plane is made of.
     *
     * @param store closed together with the control plane
     * @param secrets where the authority's key, tokens and workloads are kept
     * @param certificateLifetime of the certificates it signs, at least one second
     * @param tls for admin listeners with {@code ssl}
     * @param edits takes a line for each edit over the Admin API; must not block
     */
    public record Parts(
            ConfigStore store,
            SecretStore secrets,
            Duration certificateLifetime,
            FeedServer.Listeners feedListeners,
            List<AdminListener> adminListeners,
            @Nullable SSLContext tls,
            Node node,
            Consumer<String> edits) {
        public Parts {
            adminListeners = List.copyOf(adminListeners);
        }
    }

    /**
     * Starts one: opens the authority, publishes what the store holds, and listens.
     *
     * @throws IOException with one sentence when something cannot be opened; nothing is left open
     *     but the store
     */
    public static ControlPlane start(Parts parts, InstantSource clock, Log log) throws IOException {
        SecureRandom random = new SecureRandom();
        LostAuthority.refuse(parts.secrets(), parts.store().configuration().revision());
        CertificateAuthority authority =
                CertificateAuthority.open(
                        parts.secrets(), clock, random, parts.certificateLifetime());
        WorkloadDocument workloads = new WorkloadDocument(parts.secrets());
        HostCertificateDesk desk =
                new HostCertificateDesk(
                        authority,
                        new JoinTokens(new TokenDocument(parts.secrets()), random),
                        workloads,
                        clock);
        Publisher publisher =
                new Publisher(
                        authority, workloads, RevisionCounter.open(parts.secrets(), log), log);
        FeedServer feed =
                FeedServer.start(
                        parts.feedListeners(),
                        authority,
                        FeedServer.Home.ofHosts(desk, publisher::membershipChanged),
                        clock,
                        log);
        try {
            parts.store().follow(publisher::configurationChanged);
            publisher.publishTo(feed);
            NodeEndpoints endpoints = new NodeEndpoints(authority, workloads, publisher, feed);
            AdminApi api =
                    new AdminApi(
                            parts.store(),
                            parts.node(),
                            clock,
                            UUID::randomUUID,
                            endpoints.all(),
                            log);
            AdminServer admin =
                    new AdminServer(
                            parts.adminListeners(),
                            parts.tls(),
                            api,
                            new EditLog(clock, parts.edits()));
            admin.start();
            return new ControlPlane(parts.store(), feed, admin);
        } catch (IOException | RuntimeException e) {
            feed.close();
            throw e;
        }
    }

    /** Where the Admin API listens, in the order of its listeners. */
    public List<IpPort> adminAddresses() {
        return admin.addresses();
    }

    @Override
    public void close() {
        admin.close();
        feed.close();
        store.close();
    }
}
