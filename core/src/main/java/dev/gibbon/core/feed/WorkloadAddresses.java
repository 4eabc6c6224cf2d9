package dev.gibbon.core.feed;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import dev.gibbon.core.net.IpAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A list of {@link WorkloadAddress} in JSON: {@code [{"ip":"127.0.0.5","ports":[8080]}]}, or {@code
 * [{"ip":"10.244.0.7","excluded":[9090]}]}.
 */
public final class WorkloadAddresses {
    private WorkloadAddresses() {}

    /** Writes the list as a field; a set of ports is left out where it is empty. */
    public static void write(JsonGenerator json, String name, List<WorkloadAddress> addresses)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (WorkloadAddress address : addresses) {
            json.writeStartObject();
            json.writeStringField("ip", address.ip().toString());
            ports(json, "ports", address.ports());
            ports(json, "excluded", address.excluded());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void ports(JsonGenerator json, String name, Set<Integer> ports)
            throws IOException {
        if (ports.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(name);
        for (int port : new TreeSet<>(ports)) {
            json.writeNumber(port);
        }
        json.writeEndArray();
    }

    private static Set<Integer> ports(JsonObject address, String name) throws JsonFormatException {
        return address.has(name) ? Set.copyOf(address.integers(name, 1, 65535)) : Set.of();
    }

    /** Reads the list from a field. */
    public static List<WorkloadAddress> read(JsonObject json, String name)
            throws JsonFormatException {
        List<WorkloadAddress> addresses = new ArrayList<>();
        for (JsonObject address : json.objects(name)) {
            String ip = address.string("ip");
            addresses.add(
                    new WorkloadAddress(
                            IpAddress.parse(ip)
                                    .orElseThrow(() -> address.wrong("ip", ip, "an IP address")),
                            ports(address, "ports"),
                            ports(address, "excluded")));
        }
        return List.copyOf(addresses);
    }
}
