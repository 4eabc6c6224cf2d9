package dev.gibbon.sidecar.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Presents the mesh certificate that is current when a handshake asks for it, so that a renewal
 * needs no new TLS context. Aliases count the certificates: the key and the chain of one handshake
 * belong together even when a renewal falls between the two questions.
 */
final class MeshKeys extends X509ExtendedKeyManager {

    /** The certificate in use and the one before it. */
    private record Generation(
            long number, @Nullable MeshIdentity current, @Nullable MeshIdentity previous) {}

    private final Supplier<@Nullable MeshIdentity> identity;
    private final boolean onlyForMesh;
    private final AtomicReference<Generation> generation =
            new AtomicReference<>(new Generation(0, null, null));

    /**
     * @param onlyForMesh whether a server must name a mesh authority to get the certificate
     */
    MeshKeys(Supplier<@Nullable MeshIdentity> identity, boolean onlyForMesh) {
        this.identity = identity;
        this.onlyForMesh = onlyForMesh;
    }

    private @Nullable String alias(String[] keyTypes) {
        MeshIdentity now = identity.get();
        if (now == null
                || Arrays.stream(keyTypes)
                        .noneMatch(type -> type.endsWith(now.key().getAlgorithm()))) {
            return null;
        }
        Generation latest =
                generation.updateAndGet(seen ->
                        now.equals(seen.current())
                                ? seen
                                : new Generation(seen.number() + 1, now, seen.current()));
        return Long.toString(latest.number());
    }

    private @Nullable MeshIdentity byAlias(String alias) {
        Generation latest = generation.get();
        if (alias.equals(Long.toString(latest.number()))) {
            return latest.current();
        }
        return alias.equals(Long.toString(latest.number() - 1)) ? latest.previous() : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        return onlyForMesh && !namesMesh(issuers) ? null : alias(keyTypes);
    }

    private boolean namesMesh(Principal @Nullable [] issuers) {
        MeshIdentity now = identity.get();
        return now != null
                && issuers != null
                && now.roots().stream()
                        .anyMatch(root ->
                                Arrays.asList(issuers).contains(root.getSubjectX500Principal()));
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return alias(new String[] {keyType});
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        MeshIdentity named = byAlias(alias);
        return named == null ? null : named.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        MeshIdentity named = byAlias(alias);
        return named == null ? null : named.key();
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
