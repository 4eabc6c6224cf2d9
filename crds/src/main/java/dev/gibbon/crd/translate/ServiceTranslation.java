package dev.gibbon.crd.translate;

import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.schema.EntitySchema;
import dev.gibbon.core.schema.Validated;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshServiceSpec;
import dev.gibbon.crd.SecretKeyReference;
import dev.gibbon.crd.SecretReference;
import dev.gibbon.crd.ServiceReference;
import dev.gibbon.crd.UpstreamTls;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a Service of a MeshService. Stateless; any thread may call. */
public final class ServiceTranslation {
    /** Where the names of Kubernetes Services end. */
    private static final String CLUSTER = ".svc.cluster.local";

    private static final Pattern SECRET_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final List<String> TLS_PROTOCOLS = List.of("https", "tls");
    private static final Map<String, String> NAMES =
            Map.of(
                    "connect_timeout", "connectTimeoutMillis",
                    "write_timeout", "writeTimeoutMillis",
                    "read_timeout", "readTimeoutMillis",
                    "tls_verify", "tls.verify");

    private ServiceTranslation() {}

    /**
     * Translates one resource, without the certificate that it refers to. Whoever calls must not
     * dial with the Service of a resource that refers to one.
     *
     * @param ca see {@link #of(MeshService, String, ClientCertificate)}
     */
    public static Translated<Service> of(MeshService resource, @Nullable String ca) {
        return of(resource, ca, null);
    }

    /**
     * Translates one resource.
     *
     * @param resource as read from the API server, with namespace and name
     * @param ca the value of {@code tls.caSecret}, certificates in PEM; null when there is none or
     *     it was not found. Whoever calls must not use the Service while it was not found: it would
     *     be verified against the sidecar's own authorities
     * @param certificate what {@code tls.clientCertificateSecret} holds; null when there is none or
     *     it was not found, for which the same holds
     */
    public static Translated<Service> of(
            MeshService resource, @Nullable String ca, @Nullable ClientCertificate certificate) {
        MeshServiceSpec spec = resource.getSpec();
        if (spec == null) {
            return new Translated.Invalid<>(
                    List.of(new FieldViolation("spec", "required field missing")));
        }
        SpecChecks checks = new SpecChecks();
        check(spec, checks);
        ResourceName name = ResourceName.of(resource);
        return switch (EntitySchema.SERVICES.read(document(spec, name))) {
            case Validated.Invalid<Service>(var violations) -> {
                checks.addAll(violations, NAMES);
                yield new Translated.Invalid<>(checks.violations());
            }
            case Validated.Valid<Service>(Service service) ->
                    checks.violations().isEmpty()
                            ? new Translated.Valid<>(
                                    service.withName(name.text())
                                            .withCa(ca)
                                            .withClientCertificate(certificate))
                            : new Translated.Invalid<>(checks.violations());
        };
    }

    private static void check(MeshServiceSpec spec, SpecChecks checks) {
        if ((spec.host() == null) == (spec.service() == null)) {
            checks.addToSpec("exactly one of host and service must be set");
        }
        if ((spec.host() == null) != (spec.port() == null)) {
            checks.add("port", "must be set with host, and only with host");
        }
        checks.checkPort("port", spec.port());
        checks.checkService("service", spec.service());
        checks.checkLength("host", spec.host(), Bounds.NAME);
        checks.checkNotMapped("host", spec.host());
        checks.checkLength("path", spec.path(), Bounds.PATH);
        UpstreamTls tls = spec.tls();
        if (tls != null) {
            check(spec, tls, checks);
        }
    }

    private static void check(MeshServiceSpec spec, UpstreamTls tls, SpecChecks checks) {
        String protocol = spec.protocol();
        if (protocol == null || !TLS_PROTOCOLS.contains(protocol)) {
            checks.add("tls", "can only be set when protocol is https or tls");
        }
        SecretKeyReference ca = tls.caSecret();
        if (ca != null) {
            checks.checkObjectName("tls.caSecret.name", ca.name(), "Secret");
            String key = ca.key();
            checks.checkLength("tls.caSecret.key", key, Bounds.NAME);
            if (key != null && !SECRET_KEY.matcher(key).matches()) {
                checks.add("tls.caSecret.key", "must be a key of a Secret");
            }
            if (!Boolean.TRUE.equals(tls.verify())) {
                checks.add("tls.caSecret", "can only be set when verify is true");
            }
        }
        SecretReference certificate = tls.clientCertificateSecret();
        if (certificate != null) {
            checks.checkObjectName(
                    "tls.clientCertificateSecret.name", certificate.name(), "Secret");
        }
    }

    private static Map<String, @Nullable Object> document(MeshServiceSpec spec, ResourceName name) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("id", EntityIds.ofMeshService(name.namespace(), name.name()).toString());
        out.put("created_at", name.createdAt());
        out.put("updated_at", name.createdAt());
        ResourceName.putUnlessNull(out, "protocol", spec.protocol());
        ServiceReference service = spec.service();
        if (service == null) {
            // A host that is missing is said once, with what could stand in for it.
            out.put("host", spec.host() == null ? "none" : spec.host());
            ResourceName.putUnlessNull(out, "port", spec.port());
        } else {
            out.put("host", host(service, name.namespace()));
            // A bad port is told of under its own field too.
            out.put("port", Math.clamp(service.port(), 0, 65_535));
        }
        ResourceName.putUnlessNull(out, "path", spec.path());
        ResourceName.putUnlessNull(out, "retries", spec.retries());
        ResourceName.putUnlessNull(out, "connect_timeout", spec.connectTimeoutMillis());
        ResourceName.putUnlessNull(out, "write_timeout", spec.writeTimeoutMillis());
        ResourceName.putUnlessNull(out, "read_timeout", spec.readTimeoutMillis());
        UpstreamTls tls = spec.tls();
        ResourceName.putUnlessNull(out, "tls_verify", tls == null ? null : tls.verify());
        return out;
    }

    /** A bad name is told of under its own field; here it must not be told of as a host. */
    private static String host(ServiceReference service, String namespace) {
        String name = service.name().matches("[-a-z0-9]*[a-z0-9]") ? service.name() : "none";
        return name + "." + namespace + CLUSTER;
    }
}
