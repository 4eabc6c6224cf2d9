package dev.gibbon.core.entity;

/**
 * What a sidecar shows to an upstream that asks who is calling: a certificate and its private key.
 * The key is a secret of the namespace that the Service belongs to: it is written where it is sent
 * to a sidecar, and nowhere else.
 *
 * @param chain certificates in PEM, leaf first
 * @param key the leaf's, in PEM, PKCS#8, not encrypted
 */
public record ClientCertificate(String chain, String key) {

    /** Without the key, and without the chain, which only fills a line. */
    @Override
    public String toString() {
        return "ClientCertificate[(secret)]";
    }
}
