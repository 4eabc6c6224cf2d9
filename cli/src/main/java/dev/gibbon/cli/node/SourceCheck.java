package dev.gibbon.cli.node;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.setting.NodeSettings;
import dev.gibbon.sidecar.upstream.SourceProbe;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether the addresses that the node is to dial from can be used. Found out here, since each dial
 * would fail, or wait for answers that never come.
 */
final class SourceCheck {
    private SourceCheck() {}

    /**
     * Tries those that are set.
     *
     * @return what to tell the operator, one sentence; empty for nothing
     * @throws IOException with one sentence when one cannot be used
     */
    static String check(NodeSettings settings, Log log) throws IOException {
        Map<String, IpAddress> sources = new LinkedHashMap<>();
        IpAddress http = settings.proxyBind();
        if (http != null) {
            sources.put("GIBBON_NGINX_PROXY_PROXY_BIND", http);
        }
        IpAddress stream = settings.streamBind();
        if (stream != null) {
            sources.put("GIBBON_NGINX_SPROXY_PROXY_BIND", stream);
        }
        Map<String, IpAddress> foreign = new LinkedHashMap<>();
        for (Map.Entry<String, IpAddress> source : sources.entrySet()) {
            switch (SourceProbe.of(source.getValue())) {
                case OWN -> {}
                case FOREIGN -> foreign.put(source.getKey(), source.getValue());
                case UNUSABLE ->
                        throw new IOException(
                                source.getKey()
                                        + ": "
                                        + source.getValue()
                                        + " is not an address of this host (expected: one of those"
                                        + " that the command \"ip address\" lists)");
            }
        }
        foreign.forEach((setting, address) ->
                log.warn(
                        "source is not an address of this host",
                        "setting",
                        setting,
                        "address",
                        address));
        return foreign.isEmpty()
                ? ""
                : foreign.entrySet().stream()
                                .map(one -> one.getKey() + ": " + one.getValue())
                                .collect(Collectors.joining(", "))
                        + " is not an address of this host; it is used all the same, but upstreams"
                        + " answer to whoever has it";
    }
}
