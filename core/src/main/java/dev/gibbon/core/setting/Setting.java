package dev.gibbon.core.setting;

/** The names of all settings. {@code docs/settings.md} describes each of them. */
enum Setting {
    PREFIX,
    LOG_LEVEL,
    PROXY_LISTEN,
    STREAM_LISTEN,
    ADMIN_LISTEN,
    FEED_LISTEN,
    STATUS_LISTEN,
    NGINX_PROXY_PROXY_BIND,
    NGINX_SPROXY_PROXY_BIND,
    WORKLOAD,
    MESH,
    SOURCE,
    ORIGINS,
    CONTROL_PLANE,
    JOIN_TOKEN,
    SSL_CERT,
    SSL_CERT_KEY,
    UPSTREAM_CA,
    CERTIFICATE_LIFETIME,
    DRAIN,
    HANDSHAKE_TIMEOUT,
    MAX_CONNECTIONS;

    static final String VARIABLE_PREFIX = "GIBBON_";

    /** The environment variable, e.g. {@code GIBBON_STREAM_LISTEN}. */
    String variable() {
        return VARIABLE_PREFIX + name();
    }
}
