package dev.gibbon.operator.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gibbon.controlplane.feed.SidecarStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sidecars that one replica knows of. */
final class SidecarsJson {
    private SidecarsJson() {}

    /**
     * Renders.
     *
     * @param revision the newest of this replica
     */
    static String render(long revision, List<SidecarStatus> sidecars) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("revision", revision);
        ArrayNode rows = document.putArray("sidecars");
        for (SidecarStatus sidecar : sidecars) {
            ObjectNode row = rows.addObject();
            row.put("name", sidecar.name());
            row.put("connected", sidecar.connectedSince() != null);
            row.put("connected_since", text(sidecar.connectedSince()));
            row.put("revision", sidecar.acknowledgedRevision());
            row.put("refusal", sidecar.refusal());
            row.put("certificate_not_after", text(sidecar.certificateNotAfter()));
        }
        return document.toString();
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
