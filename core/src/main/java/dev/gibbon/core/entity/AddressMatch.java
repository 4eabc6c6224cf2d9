package dev.gibbon.core.entity;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a Route's {@code sources} or {@code destinations}: an address or CIDR block, a port,
 * or both. An absent half matches always.
 *
 * @param ip text of an address or CIDR block, as it was given, already validated; null for any
 * @param port 0-65535; null for any
 */
public record AddressMatch(@Nullable String ip, @Nullable Integer port) {}
