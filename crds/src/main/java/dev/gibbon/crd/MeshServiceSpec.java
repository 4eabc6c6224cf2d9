package dev.gibbon.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/**
 * What a MeshService is, with the fields, ranges and defaults of a Service of the Admin API.
 * Nothing is checked here; a field that was not written is null.
 *
 * @param protocol {@code http}, {@code https}, {@code tcp} or {@code tls}; null is {@code http}
 * @param host a host name or an IP address; null when {@code service} says where
 * @param port 1-65535, with {@code host}
 * @param path what request paths are appended to; for http and https
 * @param retries 0-32767; null is 5
 * @param connectTimeoutMillis milliseconds; null is 60000
 * @param writeTimeoutMillis milliseconds; null is 60000
 * @param readTimeoutMillis milliseconds; null is 60000
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MeshServiceSpec(
        @JsonPropertyDescription(
                        "What the upstream speaks: http, https, tcp or tls. Routes with http or"
                                + " https in their protocols lead to http and https, those with"
                                + " tcp or tls to tcp and tls.")
                @Default("http")
                @Nullable String protocol,
        @JsonPropertyDescription(
                        "Where the upstream is: a host name or an IP address, without port. Give"
                                + " either host and port, or service.")
                @Nullable String host,
        @JsonPropertyDescription("The port of host, 1-65535. Needed with host.")
                @Nullable Integer port,
        @JsonPropertyDescription(
                        "The upstream as a Kubernetes Service of the same namespace, in place of"
                                + " host and port. Its ready endpoints are balanced over.")
                @Nullable ServiceReference service,
        @JsonPropertyDescription(
                        "What the paths of requests are appended to, e.g. /v1. Only with protocol"
                                + " http or https.")
                @Nullable String path,
        @JsonPropertyDescription(
                        "How many further attempts are made when a connection to the upstream"
                                + " cannot be made, 0-32767.")
                @Default("5")
                @Nullable Integer retries,
        @JsonPropertyDescription(
                        "How long making a connection to the upstream may take, in milliseconds.")
                @Default("60000")
                @Nullable Integer connectTimeoutMillis,
        @JsonPropertyDescription(
                        "The longest time between two successful writes to the upstream, in"
                                + " milliseconds.")
                @Default("60000")
                @Nullable Integer writeTimeoutMillis,
        @JsonPropertyDescription(
                        "The longest time between two successful reads from the upstream, in"
                                + " milliseconds.")
                @Default("60000")
                @Nullable Integer readTimeoutMillis,
        @JsonPropertyDescription(
                        "How the upstream's TLS is verified. Only with protocol https or tls.")
                @Nullable UpstreamTls tls) {}
