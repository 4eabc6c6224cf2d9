package dev.gibbon.sidecar.listener;

import java.time.Duration;

/**
 * What one sidecar takes on.
 *
 * @param maxConnections accepted connections at a time, of all listeners; further ones are closed
 * @param detectTimeout how long a client may be silent where its first bytes are needed
 * @param handshakeTimeout for TLS handshakes, on both sides
 * @param idleTimeout how long a kept-alive HTTP connection may be without a request
 * @param maxRequestLine bytes
 * @param maxHeaders bytes of all header fields of a request or an answer
 */
public record Limits(
        int maxConnections,
        Duration detectTimeout,
        Duration handshakeTimeout,
        Duration idleTimeout,
        int maxRequestLine,
        int maxHeaders) {

    /** 10,000 connections, 30 s, 10 s, 75 s, 8 KiB, 64 KiB. */
    public static Limits defaults() {
        return new Limits(
                10_000,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(75),
                8 * 1024,
                64 * 1024);
    }
}
