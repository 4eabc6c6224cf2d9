package dev.gibbon.controlplane.admin;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the Admin API's own server has done, in the words of nginx's status.
 *
 * @param accepted connections since the start
 * @param active connections open now
 * @param writing requests being answered now
 * @param requests requests since the start
 */
record ServerLoad(long accepted, long active, long writing, long requests) {

    Map<String, @Nullable Object> document() {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("connections_accepted", accepted);
        out.put("connections_handled", accepted);
        out.put("connections_active", active);
        out.put("connections_reading", 0);
        out.put("connections_writing", writing);
        out.put("connections_waiting", Math.max(0, active - writing));
        out.put("total_requests", requests);
        return out;
    }
}
