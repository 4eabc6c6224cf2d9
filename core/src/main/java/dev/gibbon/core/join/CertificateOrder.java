package dev.gibbon.core.join;

import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.feed.WorkloadAddresses;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import dev.gibbon.core.json.JsonText;
import dev.gibbon.core.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/certificates}: who asks, and for what. What it claims is checked
 * against the proof; the names in the request itself are ignored.
 *
 * @param csr a certificate request in PEM
 * @param name of the sidecar
 * @param addresses that its connections will come from, and that it is reached at
 * @param workload what it captures: these become meshed; empty declares nothing
 * @param token the secret of a join token; null where the connection itself is proof
 */
public record CertificateOrder(
        String csr,
        String name,
        List<IpAddress> addresses,
        List<WorkloadAddress> workload,
        @Nullable String token) {

    public CertificateOrder {
        addresses = List.copyOf(addresses);
        workload = List.copyOf(workload);
    }

    /** The order in JSON. */
    public byte[] encode() {
        return JsonText.of(json -> {
            json.writeStringField("csr", csr);
            json.writeStringField("name", name);
            json.writeArrayFieldStart("addresses");
            for (IpAddress address : addresses) {
                json.writeString(address.toString());
            }
            json.writeEndArray();
            WorkloadAddresses.write(json, "workload", workload);
            if (token != null) {
                json.writeStringField("token", token);
            }
        });
    }

    /**
     * Reads an order.
     *
     * @throws JsonFormatException when it is malformed; the message holds nothing of the token
     */
    public static CertificateOrder decode(byte[] body) throws JsonFormatException {
        JsonObject json = JsonObject.parse(body);
        return new CertificateOrder(
                json.string("csr"),
                json.string("name"),
                json.addresses("addresses"),
                WorkloadAddresses.read(json, "workload"),
                json.optionalString("token"));
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "CertificateOrder[name="
                + name
                + ", addresses="
                + addresses
                + ", workload="
                + workload
                + "]";
    }
}
