package dev.gibbon.core.setting;

import dev.gibbon.core.net.IpPort;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether settings that are good by themselves make sense together. */
record SettingsConsistency(NodeSettings settings) {

    void check(List<String> violations) {
        addressesAreUsedOnce(violations);
        if (!settings.isControlPlane()
                && !settings.isProxy()
                && settings.statusListen().isEmpty()) {
            violations.add(
                    "proxy_listen, stream_listen and admin_listen are all off"
                            + " (expected: at least one address to listen on)");
        }
        if (!settings.feedListen().isEmpty() && !settings.isControlPlane()) {
            violations.add(
                    "feed_listen is for a control plane, and admin_listen is off"
                            + " (expected: GIBBON_FEED_LISTEN not set, or an Admin API)");
        }
        if (settings.controlPlane() != null && settings.isControlPlane()) {
            violations.add(
                    "GIBBON_CONTROL_PLANE: "
                            + settings.controlPlane()
                            + ", but this node has an Admin API and so is a control plane itself"
                            + " (expected: GIBBON_ADMIN_LISTEN=off)");
        }
        if (settings.controlPlane() != null && settings.joinToken() == null) {
            violations.add(
                    "GIBBON_CONTROL_PLANE: "
                            + settings.controlPlane()
                            + " needs GIBBON_JOIN_TOKEN (expected: what gibbon token create prints"
                            + " on the control plane's host)");
        }
        if (settings.joinToken() != null
                && settings.controlPlane() == null
                && settings.isControlPlane()) {
            violations.add(
                    "GIBBON_JOIN_TOKEN: (secret), but this node has an Admin API and so is a"
                            + " control plane itself (expected: GIBBON_ADMIN_LISTEN=off)");
        }
        onlyOne("feed_listen", settings.feedListen(), violations);
        onlyOne("status_listen", settings.statusListen(), violations);
        if (settings.mesh() == MeshMode.STRICT
                && settings.isProxy()
                && settings.workload().isEmpty()) {
            violations.add(
                    "GIBBON_MESH: strict needs GIBBON_WORKLOAD, or the workload's own connections"
                            + " would be refused (expected: GIBBON_WORKLOAD set to the workload's"
                            + " addresses, e.g. 127.0.0.5)");
        }
        if ((settings.sslCert() == null) != (settings.sslCertKey() == null)) {
            violations.add(
                    "GIBBON_SSL_CERT and GIBBON_SSL_CERT_KEY: only one is set"
                            + " (expected: both or none)");
        }
    }

    private static void onlyOne(String name, List<Listener> listeners, List<String> violations) {
        if (listeners.size() > 1) {
            violations.add(
                    name
                            + ": "
                            + listeners.size()
                            + " addresses (expected: one, or off; [::]:<port> is every address of"
                            + " this host)");
        }
    }

    private void addressesAreUsedOnce(List<String> violations) {
        Map<String, List<Listener>> lists = new LinkedHashMap<>();
        lists.put("proxy_listen", settings.proxyListen());
        lists.put("stream_listen", settings.streamListen());
        lists.put("admin_listen", settings.adminListen());
        lists.put("feed_listen", settings.feedListen());
        lists.put("status_listen", settings.statusListen());
        Map<IpPort, String> users = new HashMap<>();
        lists.forEach((name, listeners) -> {
            for (Listener listener : listeners) {
                String earlier = users.putIfAbsent(listener.address(), name);
                if (earlier != null && listener.address().port() != 0) {
                    violations.add(
                            name
                                    + ": "
                                    + listener.address()
                                    + " is already used by "
                                    + earlier
                                    + " (expected: each address once)");
                }
            }
        });
    }
}
