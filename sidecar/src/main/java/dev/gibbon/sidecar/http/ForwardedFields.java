package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.HttpDecision;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.entity.Protocol;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header fields that a request carries to its Service. As Kong 1.1 with its default of no
 * trusted addresses ({@code kong/runloop/handler.lua@1.1.0}): what a client says of itself in
 * X-Real-IP and X-Forwarded-Proto, -Host and -Port is replaced, X-Forwarded-For is appended to.
 */
final class ForwardedFields {
    private static final Set<String> OURS =
            Set.of(
                    "x-real-ip",
                    "x-forwarded-for",
                    "x-forwarded-proto",
                    "x-forwarded-host",
                    "x-forwarded-port");

    private ForwardedFields() {}

    /**
     * Whether this is a field that the proxy alone writes, or one that CGI and its descendants
     * would take for it ({@code X_Real_IP}).
     */
    static boolean isOurs(String lowerName) {
        return OURS.contains(lowerName)
                || (lowerName.indexOf('_') >= 0 && OURS.contains(lowerName.replace('_', '-')));
    }

    static Fields of(
            RequestHead head, HttpDecision.Forward decision, Arrival arrival, Protocol scheme) {
        if (decision.passThrough()) {
            return untouched(head, decision);
        }
        Set<String> dropped = HopByHop.of(head.fields());
        Fields out = new Fields();
        out.add("Host", host(head, decision));
        if (head.asksForWebSocket()) {
            out.add("Connection", "Upgrade");
            out.add("Upgrade", "websocket");
        } else {
            out.add("Connection", "keep-alive");
        }
        head.fields()
                .forEach((name, value) -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    boolean hostTwin = lower.equals("host");
                    boolean ignored = head.http10() && lower.equals("expect");
                    if (!dropped.contains(lower) && !hostTwin && !ignored && !isOurs(lower)) {
                        out.add(name, value);
                    }
                });
        String client = arrival.client().ip().toString();
        String before = head.fields().joined("x-forwarded-for");
        out.add("X-Real-IP", client);
        out.add(
                "X-Forwarded-For",
                before == null || before.isEmpty() ? client : before + ", " + client);
        out.add("X-Forwarded-Proto", scheme.text());
        Authority authority = head.authority();
        if (authority != null) {
            out.add("X-Forwarded-Host", authority.hostText());
        }
        out.add("X-Forwarded-Port", Integer.toString(arrival.destination().port()));
        return out;
    }

    /**
     * The client's own fields in their order, without those that end here: the application must not
     * notice that its requests are balanced.
     */
    private static Fields untouched(RequestHead head, HttpDecision.Forward decision) {
        Set<String> dropped = HopByHop.of(head.fields());
        Fields out = new Fields();
        if (head.host() == null) {
            out.add("Host", host(head, decision));
        }
        head.fields()
                .forEach((name, value) -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    boolean ignored = head.http10() && lower.equals("expect");
                    if (!dropped.contains(lower) && !ignored) {
                        out.add(name, value);
                    }
                });
        if (head.asksForWebSocket()) {
            out.add("Connection", "Upgrade");
            out.add("Upgrade", "websocket");
        }
        return out;
    }

    private static String host(RequestHead head, HttpDecision.Forward decision) {
        @Nullable String sent = head.host();
        if (decision.preserveHost() && sent != null) {
            return sent;
        }
        Upstream upstream = decision.upstream();
        int standard = upstream.protocol() == Protocol.HTTPS ? 443 : 80;
        String authority = upstream.authority();
        return upstream.port() == standard
                ? authority.substring(0, authority.lastIndexOf(':'))
                : authority;
    }
}
