package dev.gibbon.core.route;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.rule.HttpRule;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules that ask for the same host and path, so that only scheme, method and headers tell them
 * apart: of those without headers that have the same answer to both others, only the first in order
 * is kept. Rules are held by their place in the order. Filled by one thread in ascending order,
 * read-only afterwards.
 */
final class MethodTable {
    /** The place of no rule: after all others. */
    static final int NONE = Integer.MAX_VALUE;

    private int least = NONE;
    private int anyHttp = NONE;
    private int anyHttps = NONE;
    private @Nullable Map<String, Integer> http;
    private @Nullable Map<String, Integer> https;
    private @Nullable HeaderTable headers;

    void add(int place, HttpRule rule) {
        least = Math.min(least, place);
        if (!rule.headers().isEmpty()) {
            if (headers == null) {
                headers = new HeaderTable(place);
            }
            headers.add(place, rule);
            return;
        }
        boolean tls = rule.scheme() == Protocol.HTTPS;
        if (rule.methods().isEmpty()) {
            if (tls) {
                anyHttps = Math.min(anyHttps, place);
            } else {
                anyHttp = Math.min(anyHttp, place);
            }
        } else if (tls) {
            https = with(https, rule, place);
        } else {
            http = with(http, rule, place);
        }
    }

    private static Map<String, Integer> with(
            @Nullable Map<String, Integer> table, HttpRule rule, int place) {
        Map<String, Integer> filled = table == null ? new HashMap<>(4) : table;
        rule.methods().forEach(method -> filled.merge(method, place, Math::min));
        return filled;
    }

    /** The least place of all rules here. */
    int least() {
        return least;
    }

    /** The place of the first rule for this scheme, method and headers, or {@link #NONE}. */
    int find(HttpKey request) {
        boolean tls = request.scheme() == Protocol.HTTPS;
        int any = tls ? anyHttps : anyHttp;
        Map<String, Integer> byMethod = tls ? https : http;
        int place =
                byMethod == null
                        ? any
                        : Math.min(any, byMethod.getOrDefault(request.method(), NONE));
        return headers == null || headers.least() >= place ? place : headers.find(request, place);
    }
}
