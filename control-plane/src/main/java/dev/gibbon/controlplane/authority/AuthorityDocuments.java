package dev.gibbon.controlplane.authority;

import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.x509.X509FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How an authority is kept: {@code authority.pem} is what signs, with the roots that are trusted;
 * {@code next.pem} what is to follow it; {@code trust-domain} the name of the mesh.
 */
final class AuthorityDocuments {
    private static final String CURRENT = "authority.pem";
    private static final String NEXT = "next.pem";
    private static final String DOMAIN = "trust-domain";

    private final SecretStore store;

    AuthorityDocuments(SecretStore store) {
        this.store = store;
    }

    /** Whether there is an authority, be it readable or not. */
    boolean exist() throws IOException {
        return store.read(CURRENT).isPresent();
    }

    /** Writes the first authority, unless another process has been quicker. */
    void createFirst(Signer first) throws IOException {
        // The key is written last: it is the sign that all is there.
        SequencedMap<String, byte[]> documents = new LinkedHashMap<>();
        documents.put(DOMAIN, bytes(first.bundle().trustDomain() + "\n"));
        documents.put(CURRENT, bytes(first.pem()));
        store.writeFirst(documents);
    }

    /**
     * What signs.
     *
     * @throws IOException when the store fails, or a document is missing or unreadable
     */
    Signer current() throws IOException {
        String pem = text(CURRENT);
        TrustDomain domain =
                TrustDomain.parse(text(DOMAIN).strip())
                        .orElseThrow(() ->
                                new IOException(
                                        DOMAIN
                                                + ": unreadable (expected: the name of a trust"
                                                + " domain)"));
        try {
            return Signer.parse(pem, domain);
        } catch (X509FormatException e) {
            throw new IOException(
                    CURRENT
                            + ": "
                            + e.getMessage()
                            + "; restore it from a backup, for a new one would lock out"
                            + " every sidecar",
                    e);
        }
    }

    void replaceCurrent(Signer signer) throws IOException {
        store.write(CURRENT, bytes(signer.pem()));
    }

    /**
     * What was last prepared to follow; it stays when it has.
     *
     * @throws IOException when the store fails, or the document is unreadable
     */
    Optional<Signer> next(TrustDomain domain) throws IOException {
        Optional<byte[]> document = store.read(NEXT);
        if (document.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Signer.parse(new String(document.get(), StandardCharsets.US_ASCII), domain));
        } catch (X509FormatException e) {
            throw new IOException(NEXT + ": " + e.getMessage(), e);
        }
    }

    void replaceNext(Signer signer) throws IOException {
        store.write(NEXT, bytes(signer.pem()));
    }

    private String text(String name) throws IOException {
        byte[] content =
                store.read(name)
                        .orElseThrow(() -> new IOException(name + ": missing (expected: one)"));
        return new String(content, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
