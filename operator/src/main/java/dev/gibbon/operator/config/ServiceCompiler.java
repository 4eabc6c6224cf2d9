package dev.gibbon.operator.config;

import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Service;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshServiceSpec;
import dev.gibbon.crd.SecretKeyReference;
import dev.gibbon.crd.ServiceReference;
import dev.gibbon.crd.UpstreamTls;
import dev.gibbon.crd.translate.FieldViolation;
import dev.gibbon.crd.translate.ServiceTranslation;
import dev.gibbon.crd.translate.Translated;
import dev.gibbon.operator.discovery.ServiceFact;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a Service of one MeshService, and says what is wrong with it. */
final class ServiceCompiler {
    private ServiceCompiler() {}

    /**
     * The outcome.
     *
     * @param service null when sidecars must not use it
     */
    record Outcome(Verdict verdict, @Nullable Service service) {}

    static Outcome compile(MeshObject<MeshService> object, References references) {
        MeshServiceSpec spec = object.resource().getSpec();
        UpstreamTls tls = spec == null ? null : spec.tls();
        List<SecretValue> secrets = new ArrayList<>();
        String authorities = null;
        if (tls != null && tls.caSecret() != null) {
            SecretValue value = references.secret(authorities(object, tls.caSecret()));
            secrets.add(value);
            authorities = value instanceof SecretValue.Certificates(String pem) ? pem : null;
        }
        ClientCertificate certificate = null;
        if (tls != null && tls.clientCertificateSecret() != null) {
            SecretValue value =
                    references.secret(
                            new SecretRef.KeyPair(
                                    object.namespace(), tls.clientCertificateSecret().name()));
            secrets.add(value);
            certificate =
                    value instanceof SecretValue.KeyPair(ClientCertificate shown) ? shown : null;
        }
        return switch (ServiceTranslation.of(object.resource(), authorities, certificate)) {
            case Translated.Invalid<Service>(List<FieldViolation> violations) ->
                    new Outcome(
                            new Verdict(
                                    object.key(),
                                    object.generation(),
                                    Finding.no("Invalid", text(violations)),
                                    Finding.no("Invalid", "see Accepted"),
                                    false,
                                    Optional.of(object.namespace())),
                            null);
            case Translated.Valid<Service>(Service service) ->
                    outcome(object, Objects.requireNonNull(spec), secrets, service, references);
        };
    }

    private static Outcome outcome(
            MeshObject<MeshService> object,
            MeshServiceSpec spec,
            List<SecretValue> secrets,
            Service service,
            References references) {
        Verdict verdict =
                new Verdict(
                        object.key(),
                        object.generation(),
                        Finding.yes("Accepted"),
                        resolved(object, spec.service(), secrets, references),
                        secrets.stream().anyMatch(SecretValue.Pending.class::isInstance),
                        Optional.of(object.namespace()));
        return new Outcome(verdict, verdict.isGood() ? service : null);
    }

    private static Finding resolved(
            MeshObject<MeshService> object,
            @Nullable ServiceReference service,
            List<SecretValue> secrets,
            References references) {
        for (SecretValue secret : secrets) {
            if (secret instanceof SecretValue.Unusable(String reason, String message)) {
                return Finding.no(reason, message);
            }
        }
        return service == null
                ? Finding.yes("ResolvedRefs")
                : service(object.namespace(), "spec.service", service, references);
    }

    /** Whether a Kubernetes Service and its port are there. */
    static Finding service(
            String namespace, String field, ServiceReference reference, References references) {
        Optional<ServiceFact> found = references.service(namespace, reference.name());
        if (found.isEmpty()) {
            return Finding.no(
                    "ServiceNotFound",
                    field + ": no Service " + reference.name() + " in this namespace");
        }
        return found.get().ports().stream().anyMatch(port -> port.port() == reference.port())
                ? Finding.yes("ResolvedRefs")
                : Finding.no(
                        "PortNotFound",
                        field
                                + ": Service "
                                + reference.name()
                                + " has no TCP port "
                                + reference.port());
    }

    private static SecretRef authorities(MeshObject<MeshService> object, SecretKeyReference ca) {
        String key = ca.key();
        return new SecretRef.Authorities(
                object.namespace(), ca.name(), key == null ? SecretKeyReference.DEFAULT_KEY : key);
    }

    static String text(List<FieldViolation> violations) {
        return violations.stream().map(FieldViolation::toString).collect(Collectors.joining("; "));
    }
}
