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

/** A list of {@link WorkloadAddress} in JSON: {@code [{"ip":"127.0.0.5","ports":[8080]}]}. */
public final class WorkloadAddresses {
    private WorkloadAddresses() {}

    /** Writes the list as a field; {@code ports} is left out where all are meant. */
    public static void write(JsonGenerator json, String name, List<WorkloadAddress> addresses)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (WorkloadAddress address : addresses) {
            json.writeStartObject();
            json.writeStringField("ip", address.ip().toString());
            if (!address.ports().isEmpty()) {
                json.writeArrayFieldStart("ports");
                for (int port : new TreeSet<>(address.ports())) {
                    json.writeNumber(port);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
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
                            address.has("ports")
                                    ? Set.copyOf(address.integers("ports", 1, 65535))
                                    : Set.of()));
        }
        return List.copyOf(addresses);
    }
}
