package dev.gibbon.operator.config;

import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.RuleResource;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.rule.CompiledRoute;
import dev.gibbon.core.rule.RouteCompiler;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshRouteSpec;
import dev.gibbon.crd.ServiceReference;
import dev.gibbon.crd.translate.FieldViolation;
import dev.gibbon.crd.translate.RouteTranslation;
import dev.gibbon.crd.translate.Translated;
import dev.gibbon.operator.discovery.ServiceFact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes rules of one MeshRoute, and says what is wrong with it. */
final class RouteRules {
    private RouteRules() {}

    /**
     * The outcome.
     *
     * @param rules none for a route that is not accepted
     * @param service that they lead to; null when there is none that may be used
     */
    record Outcome(Verdict verdict, List<FeedResource> rules, @Nullable Service service) {
        Outcome {
            rules = List.copyOf(rules);
        }
    }

    static Outcome compile(
            MeshObject<MeshRoute> object,
            Map<String, ServiceCompiler.Outcome> services,
            References references) {
        MeshRouteSpec spec = object.resource().getSpec();
        ServiceReference parent = spec == null ? null : spec.parent();
        List<IpAddress> addresses =
                parent == null
                        ? List.of()
                        : references
                                .service(object.namespace(), parent.name())
                                .map(ServiceFact::clusterIps)
                                .orElse(List.of());
        Optional<String> audience =
                parent == null ? Optional.of(object.namespace()) : Optional.empty();
        return switch (RouteTranslation.of(object.resource(), addresses)) {
            case Translated.Invalid<Route>(List<FieldViolation> violations) ->
                    new Outcome(
                            new Verdict(
                                    object.key(),
                                    object.generation(),
                                    Finding.no("Invalid", ServiceCompiler.text(violations)),
                                    Finding.no("Invalid", "see Accepted"),
                                    false,
                                    audience),
                            List.of(),
                            null);
            case Translated.Valid<Route>(Route route) ->
                    outcome(
                            object,
                            Objects.requireNonNull(spec),
                            route,
                            audience,
                            services,
                            references);
        };
    }

    private static Outcome outcome(
            MeshObject<MeshRoute> object,
            MeshRouteSpec spec,
            Route route,
            Optional<String> audience,
            Map<String, ServiceCompiler.Outcome> services,
            References references) {
        String name = Objects.requireNonNull(spec.serviceRef()).name();
        ServiceCompiler.Outcome target =
                services.get("MeshService " + object.namespace() + "/" + name);
        Service service = target == null ? null : target.service();
        Finding resolved = target(name, target);
        if (service != null && service.protocol().isHttp() != route.isHttp()) {
            resolved =
                    Finding.no(
                            "IncompatibleProtocol",
                            "spec.serviceRef: MeshService "
                                    + name
                                    + " has protocol "
                                    + service.protocol().text()
                                    + " (expected: "
                                    + (route.isHttp() ? "http or https" : "tcp or tls")
                                    + ", as the route's protocols)");
            service = null;
        }
        ServiceReference parent = spec.parent();
        if (parent != null && service != null && service.clientCertificate() != null) {
            // Such a route is told to every namespace, and the key must not leave its own.
            resolved =
                    Finding.no(
                            "ClientCertificateNotShared",
                            "spec.serviceRef: MeshService "
                                    + name
                                    + " has a client certificate, which sidecars of other"
                                    + " namespaces do not get (expected: a route without parent);"
                                    + " their requests are refused");
            service = null;
        }
        if (parent != null && resolved.met()) {
            resolved = parent(object.namespace(), parent, references);
        }
        Verdict verdict =
                new Verdict(
                        object.key(),
                        object.generation(),
                        Finding.yes("Accepted"),
                        resolved,
                        target != null && target.verdict().pending(),
                        audience);
        return new Outcome(verdict, rules(RouteCompiler.compile(route, service)), service);
    }

    private static Finding target(String name, ServiceCompiler.@Nullable Outcome target) {
        String field = "spec.serviceRef: ";
        if (target == null) {
            return Finding.no(
                    "MeshServiceNotFound",
                    field + "no MeshService " + name + " in this namespace; requests are refused");
        }
        return target.verdict().isGood()
                ? Finding.yes("ResolvedRefs")
                : Finding.no(
                        "MeshServiceNotReady",
                        field
                                + "MeshService "
                                + name
                                + " cannot be used, see its conditions; requests are refused");
    }

    private static Finding parent(
            String namespace, ServiceReference parent, References references) {
        Finding found = ServiceCompiler.service(namespace, "spec.parent", parent, references);
        boolean virtual =
                references
                        .service(namespace, parent.name())
                        .filter(service -> !service.clusterIps().isEmpty())
                        .isPresent();
        return !found.met() || virtual
                ? found
                : Finding.no(
                        "ParentHasNoClusterIP",
                        "spec.parent: Service "
                                + parent.name()
                                + " is headless or of type ExternalName (expected: one with a"
                                + " cluster IP); the route takes no connection");
    }

    private static List<FeedResource> rules(CompiledRoute compiled) {
        List<FeedResource> rules = new ArrayList<>();
        compiled.http().forEach(rule -> rules.add(new RuleResource(rule)));
        compiled.streams().forEach(rule -> rules.add(new RuleResource(rule)));
        return rules;
    }
}
