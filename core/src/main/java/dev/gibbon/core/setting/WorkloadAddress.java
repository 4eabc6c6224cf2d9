package dev.gibbon.core.setting;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An address that this sidecar stands for, e.g. {@code 127.0.0.5} or {@code [fd00::5]:80}.
 *
 * @param port 1-65535; null for every port of the address
 */
public record WorkloadAddress(IpAddress ip, @Nullable Integer port) {

    /** Reads {@code ip}, {@code ip:port} or {@code [ipv6]:port}. */
    static Optional<WorkloadAddress> parse(String text) {
        Optional<WorkloadAddress> bare =
                IpAddress.parse(
                                text.startsWith("[") && text.endsWith("]")
                                        ? text.substring(1, text.length() - 1)
                                        : text)
                        .map(ip -> new WorkloadAddress(ip, null));
        return bare.or(() ->
                        IpPort.parse(text)
                                .filter(address -> address.port() != 0)
                                .map(at -> new WorkloadAddress(at.ip(), at.port())))
                .filter(address -> !address.ip().isUnspecified());
    }

    /** Whether a connection to this address is one to the workload. */
    public boolean contains(IpPort address) {
        return ip.equals(address.ip()) && (port == null || port == address.port());
    }

    @Override
    public String toString() {
        return port == null ? ip.toString() : new IpPort(ip, port).toString();
    }
}
