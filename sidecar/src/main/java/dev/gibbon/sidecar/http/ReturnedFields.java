package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.rule.RuleOrigin;
import java.util.Locale;
import java.util.Set;

/** The header fields that an answer carries to the client, its framing aside. */
final class ReturnedFields {
    private ReturnedFields() {}

    /** The upstream's own fields without those that end here. */
    static Fields of(ResponseHead head) {
        Set<String> dropped = HopByHop.of(head.fields());
        Fields out = new Fields();
        head.fields()
                .forEach((name, value) -> {
                    if (!dropped.contains(name.toLowerCase(Locale.ROOT))) {
                        out.add(name, value);
                    }
                });
        return out;
    }

    /** Says which Route and Service took the request. */
    static void addDebug(Fields out, Upstream upstream) {
        RuleOrigin route = upstream.route();
        if (route != null) {
            out.set("Gibbon-Route-Id", route.id().toString());
            if (route.name() != null) {
                out.set("Gibbon-Route-Name", route.name());
            }
        }
        Service service = upstream.service();
        if (service != null) {
            out.set("Gibbon-Service-Id", service.id().toString());
            if (service.name() != null) {
                out.set("Gibbon-Service-Name", service.name());
            }
        }
    }
}
