package dev.gibbon.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/**
 * How the TLS of an upstream is verified, and what it is shown. Nothing is checked here; a field
 * that was not written is null.
 *
 * @param verify null is no
 * @param caSecret with {@code verify}; null for the authorities that the sidecars trust anyway
 * @param clientCertificateSecret null for none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UpstreamTls(
        @JsonPropertyDescription(
                        "Whether the upstream's certificate must verify and carry the upstream's"
                                + " host name. Without it, any certificate is taken.")
                @Default("false")
                @Nullable Boolean verify,
        @JsonPropertyDescription(
                        "The authorities that the upstream's certificate is verified against, in a"
                                + " Secret of the same namespace. Only with verify. Without it, the"
                                + " authorities that the sidecar's system trusts.")
                @Nullable SecretKeyReference caSecret,
        @JsonPropertyDescription(
                        "The certificate that the sidecar shows to an upstream that asks for one: a"
                                + " Secret of type kubernetes.io/tls of the same namespace. Only"
                                + " sidecars of this namespace get it, so no route with a parent"
                                + " can lead here.")
                @Nullable SecretReference clientCertificateSecret) {}
