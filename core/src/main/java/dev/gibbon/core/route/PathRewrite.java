package dev.gibbon.core.route;

import org.jspecify.annotations.Nullable;

/**
 * The path that goes upstream. As Kong 1.1 does it ({@code kong/router.lua@1.1.0}): text is joined,
 * not segments, so a Service path {@code /fee/bor} and a request {@code /foo/bar} that is not
 * stripped give {@code /fee/borfoo/bar}.
 */
public final class PathRewrite {
    private PathRewrite() {}

    /**
     * Joins the Service's path and what the rule leaves of the request's.
     *
     * @param servicePath the Service's path; null for none
     * @param requestPath the request's path, without the query string
     * @param matched how many leading characters the rule matched
     * @param strip whether the matched part is removed
     */
    public static String upstreamPath(
            @Nullable String servicePath, String requestPath, int matched, boolean strip) {
        String base = servicePath == null ? "/" : servicePath;
        String rest =
                strip && matched > 0 ? requestPath.substring(matched) : unslashed(requestPath);
        if (base.endsWith("/") && rest.startsWith("/")) {
            return base + rest.substring(1);
        }
        return base + rest;
    }

    private static String unslashed(String path) {
        return path.startsWith("/") ? path.substring(1) : path;
    }
}
