package dev.gibbon.controlplane.admin;

import java.util.function.Function;

/**
 * An endpoint that another part of the node adds to the port of the Admin API, e.g. {@code GET
 * /metrics}. A GET endpoint answers HEAD as well.
 *
 * @param method {@code GET}, {@code POST}, {@code PUT}, {@code PATCH} or {@code DELETE}
 * @param path exact, without a slash at the end, e.g. {@code /healthz/ready}
 * @param answer called by virtual threads, several at a time; may block; what it throws is a 500
 */
public record Endpoint(String method, String path, Function<AdminRequest, AdminResponse> answer) {}
