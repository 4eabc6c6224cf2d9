package dev.gibbon.operator;

import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.operator.certmanager.IssuanceSettings;
import dev.gibbon.operator.certmanager.IssuerReference;
import dev.gibbon.operator.inject.InjectionSettings;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an operator is told by its environment; {@code docs/kubernetes-operator.md} describes each.
 *
 * @param namespace its own, where the authority's Secret and the Lease are
 * @param podName its own, by which it takes part in the election
 * @param mode of namespaces that say nothing
 * @param trustDomain empty to name it after the authority's key
 * @param certificateLifetime of pods' certificates, one minute to one day
 * @param clusterDomain what names of Services end in
 * @param feed where sidecars reach it
 * @param status where health and metrics are
 * @param webhook where the API server asks about injection; only the port counts
 * @param injection what pods are given; empty for an operator that injects nothing
 * @param issuance what is asked of cert-manager; empty for an authority that makes its own root
 */
public record OperatorSettings(
        String namespace,
        String podName,
        MeshMode mode,
        Optional<TrustDomain> trustDomain,
        Duration certificateLifetime,
        String clusterDomain,
        Log.Level logLevel,
        boolean logJson,
        IpPort feed,
        IpPort status,
        IpPort webhook,
        Optional<InjectionSettings> injection,
        Optional<IssuanceSettings> issuance) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final String LIFETIME = "GIBBON_CERTIFICATE_LIFETIME";
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(s|m|h)");

    /** A variable cannot be used. The message is one line: what was got, and what was expected. */
    public static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        Invalid(String name, String value, String expected) {
            super(name + ": " + printable(value) + " (expected: " + expected + ")");
        }

        Invalid(String message) {
            super(message);
        }

        private static String printable(String value) {
            return value.isEmpty() ? "none" : value.replaceAll("[^ -~]", "?");
        }
    }

    /**
     * Reads an environment; what is absent or empty has its default.
     *
     * @throws Invalid for the first variable that cannot be used
     */
    public static OperatorSettings read(Map<String, String> environment) throws Invalid {
        Variables variables = new Variables(environment);
        String namespace = variables.name("POD_NAMESPACE", "");
        return new OperatorSettings(
                namespace,
                variables.name("POD_NAME", ""),
                switch (variables.text("GIBBON_MESH_MODE", "permissive")) {
                    case "permissive" -> MeshMode.PERMISSIVE;
                    case "strict" -> MeshMode.STRICT;
                    case String other ->
                            throw new Invalid("GIBBON_MESH_MODE", other, "permissive or strict");
                },
                variables.trustDomain(),
                variables.duration(LIFETIME, "24h"),
                variables.name("GIBBON_CLUSTER_DOMAIN", "cluster.local"),
                variables.level(),
                switch (variables.text("GIBBON_LOG_FORMAT", "text")) {
                    case "text" -> false;
                    case "json" -> true;
                    case String other ->
                            throw new Invalid("GIBBON_LOG_FORMAT", other, "text or json");
                },
                variables.address("GIBBON_FEED_LISTEN", "0.0.0.0:8005"),
                variables.address("GIBBON_STATUS_LISTEN", "0.0.0.0:9090"),
                variables.address("GIBBON_WEBHOOK_LISTEN", "0.0.0.0:9443"),
                new InjectionVariables(environment).read(namespace, version()),
                variables.issuance());
    }

    /** Of this program; from a checkout it is not known. */
    private static String version() {
        String version = OperatorSettings.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    private record Variables(Map<String, String> environment) {
        String text(String name, String otherwise) {
            String value = environment.getOrDefault(name, "").strip();
            return value.isEmpty() ? otherwise : value;
        }

        String name(String name, String otherwise) throws Invalid {
            String value = text(name, otherwise);
            if (!NAME.matcher(value).matches()) {
                throw new Invalid(name, value, "a name of lower-case letters, digits, '-', '.'");
            }
            return value;
        }

        Optional<TrustDomain> trustDomain() throws Invalid {
            String value = text("GIBBON_TRUST_DOMAIN", "");
            Optional<TrustDomain> domain = TrustDomain.parse(value);
            if (!value.isEmpty() && domain.isEmpty()) {
                throw new Invalid(
                        "GIBBON_TRUST_DOMAIN", value, "at most 255 of a-z, 0-9, '.', '-', '_'");
            }
            return domain;
        }

        Duration duration(String name, String otherwise) throws Invalid {
            String value = text(name, otherwise);
            return parse(value)
                    .filter(duration ->
                            duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0)
                    .orElseThrow(() -> new Invalid(name, value, "1m to 24h, e.g. 12h"));
        }

        private static Optional<Duration> parse(String value) {
            Matcher matcher = DURATION.matcher(value);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            long amount = Long.parseLong(matcher.group(1));
            return Optional.of(
                    switch (matcher.group(2)) {
                        case "h" -> Duration.ofHours(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        default -> Duration.ofSeconds(amount);
                    });
        }

        /** Empty without an issuer, when the authority makes its own root. */
        Optional<IssuanceSettings> issuance() throws Invalid {
            String issuer = text("GIBBON_CERT_MANAGER_ISSUER", "");
            if (issuer.isEmpty()) {
                return Optional.empty();
            }
            Duration lifetime = duration(LIFETIME, "24h");
            Duration renewBefore = longDuration("GIBBON_CERT_MANAGER_RENEW_BEFORE", "720h");
            // Else certificates would have to be cut short before each renewal.
            if (renewBefore.compareTo(lifetime) < 0) {
                throw new Invalid(
                        "GIBBON_CERT_MANAGER_RENEW_BEFORE",
                        renewBefore.toString(),
                        "at least " + LIFETIME + ", " + lifetime);
            }
            try {
                return Optional.of(
                        new IssuanceSettings(
                                new IssuerReference(
                                        issuer,
                                        text("GIBBON_CERT_MANAGER_ISSUER_KIND", "Issuer"),
                                        text(
                                                "GIBBON_CERT_MANAGER_ISSUER_GROUP",
                                                IssuerReference.CERT_MANAGER)),
                                longDuration("GIBBON_CERT_MANAGER_DURATION", "2160h"),
                                renewBefore));
            } catch (IllegalArgumentException e) {
                throw new Invalid("cert-manager: " + e.getMessage());
            }
        }

        private Duration longDuration(String name, String otherwise) throws Invalid {
            String value = text(name, otherwise);
            return parse(value)
                    .orElseThrow(() -> new Invalid(name, value, "a duration, e.g. 2160h"));
        }

        Log.Level level() throws Invalid {
            String value = text("GIBBON_LOG_LEVEL", "info");
            for (Log.Level level : Log.Level.values()) {
                if (level.name().toLowerCase(Locale.ROOT).equals(value)) {
                    return level;
                }
            }
            throw new Invalid("GIBBON_LOG_LEVEL", value, "debug, info, warn or error");
        }

        IpPort address(String name, String otherwise) throws Invalid {
            String value = text(name, otherwise);
            return IpPort.parse(value)
                    .orElseThrow(() -> new Invalid(name, value, "an address and port"));
        }
    }
}
