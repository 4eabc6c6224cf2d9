package dev.gibbon.core.entity;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be called, e.g. {@code https://127.0.0.5:18443/}. The fields are those of Kong
 * 1.1 ({@code kong/db/schema/entities/services.lua@1.1.0}), {@code tlsVerify}, which Kong has had
 * since 2.x, and {@code ca} and {@code clientCertificate}, which the Admin API does not know.
 *
 * @param createdAt seconds since the epoch
 * @param updatedAt seconds since the epoch
 * @param name unique among Services; null when it has none
 * @param retries further attempts when a connection cannot be made: 0-32767
 * @param host an IP address or a host name, without port
 * @param port 0-65535
 * @param path what request paths are appended to; null for none, always null for tcp and tls
 * @param connectTimeout milliseconds
 * @param writeTimeout milliseconds between two successful writes to the upstream
 * @param readTimeout milliseconds between two successful reads from the upstream
 * @param tlsVerify whether the upstream's certificate must verify against the node's trusted
 *     authorities and carry the Service's host name; null is no
 * @param tags null when never set
 * @param ca certificates in PEM that stand in for the node's trusted authorities where {@code
 *     tlsVerify} asks for verification; null for the node's
 * @param clientCertificate shown to an upstream that asks for one; null for none
 */
public record Service(
        UUID id,
        long createdAt,
        long updatedAt,
        @Nullable String name,
        int retries,
        Protocol protocol,
        String host,
        int port,
        @Nullable String path,
        int connectTimeout,
        int writeTimeout,
        int readTimeout,
        @Nullable Boolean tlsVerify,
        @Nullable List<String> tags,
        @Nullable String ca,
        @Nullable ClientCertificate clientCertificate) {

    /**
     * A Service whose upstream is verified, if at all, against the node's authorities, and is shown
     * no certificate.
     */
    public Service(
            UUID id,
            long createdAt,
            long updatedAt,
            @Nullable String name,
            int retries,
            Protocol protocol,
            String host,
            int port,
            @Nullable String path,
            int connectTimeout,
            int writeTimeout,
            int readTimeout,
            @Nullable Boolean tlsVerify,
            @Nullable List<String> tags) {
        this(
                id,
                createdAt,
                updatedAt,
                name,
                retries,
                protocol,
                host,
                port,
                path,
                connectTimeout,
                writeTimeout,
                readTimeout,
                tlsVerify,
                tags,
                null,
                null);
    }

    public Service {
        tags = tags == null ? null : List.copyOf(tags);
    }

    /** The same Service under another name. */
    public Service withName(String other) {
        return new Service(
                id,
                createdAt,
                updatedAt,
                other,
                retries,
                protocol,
                host,
                port,
                path,
                connectTimeout,
                writeTimeout,
                readTimeout,
                tlsVerify,
                tags,
                ca,
                clientCertificate);
    }

    /** The same Service with these authorities, certificates in PEM; null for the node's. */
    public Service withCa(@Nullable String authorities) {
        return new Service(
                id,
                createdAt,
                updatedAt,
                name,
                retries,
                protocol,
                host,
                port,
                path,
                connectTimeout,
                writeTimeout,
                readTimeout,
                tlsVerify,
                tags,
                authorities,
                clientCertificate);
    }

    /** The same Service with this certificate to show; null for none. */
    public Service withClientCertificate(@Nullable ClientCertificate shown) {
        return new Service(
                id,
                createdAt,
                updatedAt,
                name,
                retries,
                protocol,
                host,
                port,
                path,
                connectTimeout,
                writeTimeout,
                readTimeout,
                tlsVerify,
                tags,
                ca,
                shown);
    }

    /** Whether the Service asks for a verified certificate of the upstream. */
    public boolean demandsVerification() {
        return Boolean.TRUE.equals(tlsVerify);
    }
}
