package dev.gibbon.operator.check;

import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshRouteSpec;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshServiceSpec;
import dev.gibbon.crd.SecretKeyReference;
import dev.gibbon.crd.ServiceReference;
import dev.gibbon.crd.UpstreamTls;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether what configuration names is there. */
final class ReferenceChecks {
    /** Protocols that the mesh passes on without looking at requests. */
    private static final Set<String> APP_PROTOCOLS =
            Set.of("http", "https", "tcp", "tls", "grpc", "mysql", "postgresql", "redis");

    private ReferenceChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        Group.CONFIGURATION,
                        "route-references",
                        "MeshRoutes lead to MeshServices that are there",
                        "A route to a MeshService that is missing takes no traffic, and one whose"
                                + " parent is missing is for nobody.",
                        "Correct serviceRef or parent, or create what they name. Names are looked"
                                + " up in the route's own namespace.",
                        ReferenceChecks::routes),
                new Check(
                        Group.CONFIGURATION,
                        "service-references",
                        "MeshServices name Services and ports that are there",
                        "Requests to it are answered 503, connections are closed.",
                        "Correct spec.service; the port is the Service's, not its targetPort.",
                        ReferenceChecks::services),
                new Check(
                        Group.CONFIGURATION,
                        "secrets-usable",
                        "Secrets that MeshServices name hold valid certificates",
                        "Without its authority or client certificate, TLS to the upstream fails:"
                                + " 502 for requests, a closed connection otherwise.",
                        "Create or renew the Secret in the MeshService's namespace: ca.crt (or the"
                                + " key it names) for authorities, type kubernetes.io/tls for a"
                                + " client certificate.",
                        ReferenceChecks::secrets),
                new Check(
                        Group.CONFIGURATION,
                        "app-protocols",
                        "Services declare protocols that are known",
                        "With appProtocol http, or a port named http or http-..., requests are"
                                + " balanced one by one. Any other word is taken for bytes: a"
                                + " misspelt http balances connections only.",
                        "Set appProtocol to http, or leave it out.",
                        ReferenceChecks::appProtocols));
    }

    private static Outcome routes(ClusterSnapshot cluster) throws NotRead {
        List<MeshRoute> routes = ConfigurationChecks.covered(cluster, Topic.MESH_ROUTES);
        Findings findings = new Findings();
        for (MeshRoute route : routes) {
            MeshRouteSpec spec = route.getSpec();
            String namespace = route.getMetadata().getNamespace();
            if (spec == null) {
                continue;
            }
            String service = spec.serviceRef() == null ? "" : spec.serviceRef().name();
            if (cluster.get(Topic.MESH_SERVICES).stream()
                    .noneMatch(one ->
                            namespace.equals(one.getMetadata().getNamespace())
                                    && service.equals(one.getMetadata().getName()))) {
                findings.failed(
                        ConfigurationChecks.name(route)
                                + ": no MeshService "
                                + service
                                + " in "
                                + namespace);
            }
            missing(cluster, namespace, spec.parent())
                    .ifPresent(text ->
                            findings.failed(ConfigurationChecks.name(route) + ": parent: " + text));
        }
        return findings.orElse(Count.of(routes.size(), "MeshRoute"));
    }

    private static Outcome services(ClusterSnapshot cluster) throws NotRead {
        List<MeshService> services = ConfigurationChecks.covered(cluster, Topic.MESH_SERVICES);
        Findings findings = new Findings();
        for (MeshService service : services) {
            MeshServiceSpec spec = service.getSpec();
            missing(
                            cluster,
                            service.getMetadata().getNamespace(),
                            spec == null ? null : spec.service())
                    .ifPresent(text ->
                            findings.failed(ConfigurationChecks.name(service) + ": " + text));
        }
        return findings.orElse(Count.of(services.size(), "MeshService"));
    }

    private static Optional<String> missing(
            ClusterSnapshot cluster, String namespace, @Nullable ServiceReference reference)
            throws NotRead {
        if (reference == null) {
            return Optional.empty();
        }
        Optional<Service> service =
                cluster.get(Topic.SERVICES).stream()
                        .filter(one ->
                                namespace.equals(one.getMetadata().getNamespace())
                                        && reference.name().equals(one.getMetadata().getName()))
                        .findFirst();
        if (service.isEmpty()) {
            return Optional.of("no Service " + reference.name() + " in " + namespace);
        }
        List<Integer> ports =
                service.get().getSpec().getPorts().stream().map(ServicePort::getPort).toList();
        return ports.contains(reference.port())
                ? Optional.empty()
                : Optional.of(
                        "Service "
                                + reference.name()
                                + " has no port "
                                + reference.port()
                                + " (it has: "
                                + ports
                                + ")");
    }

    private static Outcome secrets(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        Instant now = cluster.scope().now();
        int named = 0;
        for (MeshService service : ConfigurationChecks.covered(cluster, Topic.MESH_SERVICES)) {
            UpstreamTls tls = service.getSpec() == null ? null : service.getSpec().tls();
            if (tls == null) {
                continue;
            }
            String where = ConfigurationChecks.name(service) + ": ";
            String namespace = service.getMetadata().getNamespace();
            SecretKeyReference authority = tls.caSecret();
            if (authority != null) {
                named++;
                String key =
                        authority.key() == null ? SecretKeyReference.DEFAULT_KEY : authority.key();
                ends(
                        certificates(cluster, where, namespace, authority.name(), key, findings),
                        where + "Secret " + authority.name() + ", " + key,
                        true,
                        now,
                        findings);
            }
            if (tls.clientCertificateSecret() != null) {
                named++;
                String name = tls.clientCertificateSecret().name();
                ends(
                        certificates(cluster, where, namespace, name, "tls.crt", findings),
                        where + "Secret " + name + ", tls.crt",
                        false,
                        now,
                        findings);
                if (secret(cluster, namespace, name)
                        .filter(one -> !one.keys().contains("tls.key"))
                        .isPresent()) {
                    findings.failed(where + "Secret " + name + " has no key tls.key");
                }
            }
        }
        return findings.orElse(Count.of(named, "Secret"));
    }

    private static Optional<NamedSecret> secret(
            ClusterSnapshot cluster, String namespace, String name) throws NotRead {
        return cluster.get(Topic.SECRETS).stream()
                .filter(one -> one.namespace().equals(namespace) && one.name().equals(name))
                .findFirst();
    }

    /** What of a Secret can be used under a key; what cannot is among the findings. */
    private static Set<X509Certificate> certificates(
            ClusterSnapshot cluster,
            String where,
            String namespace,
            String name,
            String key,
            Findings findings)
            throws NotRead {
        Optional<NamedSecret> secret = secret(cluster, namespace, name);
        if (secret.isEmpty()) {
            findings.failed(where + "no Secret " + name + " in " + namespace);
            return Set.of();
        }
        Optional<Set<X509Certificate>> certificates =
                CertificateChecks.parse(secret.get().certificates().getOrDefault(key, ""));
        if (certificates.isEmpty()) {
            findings.failed(where + "Secret " + name + " holds no certificate under " + key);
        }
        return certificates.orElse(Set.of());
    }

    /**
     * Says which have ended or will soon.
     *
     * @param oneIsEnough whether those that have not ended do without the others
     */
    private static void ends(
            Set<X509Certificate> certificates,
            String what,
            boolean oneIsEnough,
            Instant now,
            Findings findings) {
        List<Instant> ends =
                certificates.stream().map(one -> one.getNotAfter().toInstant()).toList();
        boolean usable = oneIsEnough && ends.stream().anyMatch(end -> end.isAfter(now));
        for (Instant end : ends) {
            if (!end.isAfter(now) && usable) {
                findings.warning(what + ": one ended " + end);
            } else if (!end.isAfter(now)) {
                findings.failed(what + ": ended " + end);
            } else if (end.isBefore(now.plus(CertificateChecks.NEAR))) {
                findings.warning(what + ": ends " + end);
            }
        }
    }

    private static Outcome appProtocols(ClusterSnapshot cluster) throws NotRead {
        Findings findings = new Findings();
        int looked = 0;
        for (Service service : cluster.get(Topic.SERVICES)) {
            String namespace = service.getMetadata().getNamespace();
            if (!MeshNamespaces.isInjected(cluster, namespace)) {
                continue;
            }
            looked++;
            for (ServicePort port : service.getSpec().getPorts()) {
                String protocol = port.getAppProtocol();
                // A word with a prefix is somebody else's, e.g. kubernetes.io/h2c.
                if (protocol == null
                        || protocol.contains("/")
                        || APP_PROTOCOLS.contains(protocol)) {
                    continue;
                }
                findings.warning(
                        "Service "
                                + namespace
                                + "/"
                                + service.getMetadata().getName()
                                + ", port "
                                + port.getPort()
                                + ": appProtocol "
                                + protocol
                                + " ("
                                + NearestWord.question(
                                        protocol, List.of("http", "https", "tcp", "tls"))
                                + ")");
            }
        }
        return findings.orElse(Count.of(looked, "Service"));
    }
}
