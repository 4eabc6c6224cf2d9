package dev.gibbon.core.setting;

import dev.gibbon.core.entity.Protocol;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The grammar of {@code origins}: a list of {@code scheme://host:port=scheme://host[:port]}. On the
 * right the port may be absent for http (80) and https (443). Rules and messages of Kong 1.1; that
 * http pairs with https and tcp with tls is documented there, and enforced here.
 */
final class OriginsSyntax {
    private OriginsSyntax() {}

    static Map<Origin, Origin> parse(String value) throws InvalidSetting {
        Map<Origin, Origin> origins = new LinkedHashMap<>();
        for (String entry : value.split(",", -1)) {
            String pair = entry.strip();
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw badForm(pair);
            }
            Origin from = origin(pair.substring(0, equals), false).orElseThrow(() -> badForm(pair));
            Origin to = origin(pair.substring(equals + 1), true).orElseThrow(() -> badForm(pair));
            if (from.scheme().isHttp() != to.scheme().isHttp()) {
                throw new InvalidSetting(
                        "an origin must pair http with https or tcp with tls, got '" + pair + "'");
            }
            if (origins.putIfAbsent(from, to) != null) {
                throw new InvalidSetting("duplicate origin (" + from + ")");
            }
        }
        return Map.copyOf(origins);
    }

    private static Optional<Origin> origin(String text, boolean portMayBeAbsent) {
        int separator = text.indexOf("://");
        Optional<Protocol> scheme =
                separator < 0 ? Optional.empty() : Protocol.parse(text.substring(0, separator));
        if (scheme.isEmpty()) {
            return Optional.empty();
        }
        String authority = text.substring(separator + 3);
        Optional<HostPort> complete = HostPort.parse(authority);
        if (complete.isEmpty() && portMayBeAbsent && scheme.get().isHttp()) {
            int port = scheme.get().isTls() ? 443 : 80;
            complete = HostPort.parseHost(authority).map(host -> new HostPort(host, port));
        }
        return complete.map(at -> new Origin(scheme.get(), at.host(), at.port()));
    }

    private static InvalidSetting badForm(String pair) {
        return new InvalidSetting(
                "an origin must be of the form"
                        + " 'from_scheme://from_host:from_port=to_scheme://to_host:to_port', got '"
                        + pair
                        + "'");
    }
}
