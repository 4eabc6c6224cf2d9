package dev.gibbon.operator.config;

import dev.gibbon.core.entity.Service;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.ServiceResource;
import dev.gibbon.crd.MeshRoute;
import dev.gibbon.crd.MeshService;
import dev.gibbon.operator.feed.ScopedConfiguration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All MeshServices and MeshRoutes, compiled. Immutable. */
public final class MeshConfiguration implements ScopedConfiguration {
    private final List<MeshObject<MeshService>> services;
    private final List<MeshObject<MeshRoute>> routes;
    private final RecordedReferences references;
    private final Map<String, Verdict> verdicts = new LinkedHashMap<>();
    private final Map<String, List<FeedResource>> byNamespace = new HashMap<>();
    private final List<FeedResource> forAll = new ArrayList<>();
    private final Set<FeedResource> shared = new LinkedHashSet<>();

    private MeshConfiguration(
            Collection<MeshObject<MeshService>> services,
            Collection<MeshObject<MeshRoute>> routes,
            References references) {
        this.services = List.copyOf(services);
        this.routes = List.copyOf(routes);
        this.references = new RecordedReferences(references);
    }

    /** Compiles. */
    public static MeshConfiguration compile(
            Collection<MeshObject<MeshService>> services,
            Collection<MeshObject<MeshRoute>> routes,
            References references) {
        MeshConfiguration made = new MeshConfiguration(services, routes, references);
        made.compile();
        return made;
    }

    private void compile() {
        Map<String, ServiceCompiler.Outcome> compiled = new HashMap<>();
        for (MeshObject<MeshService> object : services) {
            ServiceCompiler.Outcome outcome = ServiceCompiler.compile(object, references);
            compiled.put(object.key(), outcome);
            verdicts.put(object.key(), outcome.verdict());
            Service service = outcome.service();
            if (service != null) {
                own(object.namespace()).add(new ServiceResource(service));
            }
        }
        for (MeshObject<MeshRoute> object : routes) {
            RouteRules.Outcome outcome = RouteRules.compile(object, compiled, references);
            verdicts.put(object.key(), outcome.verdict());
            if (outcome.verdict().audience().isPresent()) {
                own(object.namespace()).addAll(outcome.rules());
                continue;
            }
            forAll.addAll(outcome.rules());
            Service service = outcome.service();
            if (service != null) {
                shared.add(new ServiceResource(service));
            }
        }
        forAll.addAll(shared);
    }

    private List<FeedResource> own(String namespace) {
        return byNamespace.computeIfAbsent(namespace, _ -> new ArrayList<>());
    }

    @Override
    public List<FeedResource> of(String namespace) {
        List<FeedResource> all = new ArrayList<>(forAll);
        for (FeedResource resource : byNamespace.getOrDefault(namespace, List.of())) {
            // A Service of this namespace may be told to everybody already.
            if (!shared.contains(resource)) {
                all.add(resource);
            }
        }
        return all;
    }

    /** What was found out about each object, by {@link MeshObject#key}. */
    public Map<String, Verdict> verdicts() {
        return Map.copyOf(verdicts);
    }

    /** What MeshServices refer to in Secrets. */
    public Set<SecretRef> secrets() {
        return references.secrets();
    }

    /** Whether compiling these would give the same. */
    public boolean isOf(
            Collection<MeshObject<MeshService>> otherServices,
            Collection<MeshObject<MeshRoute>> otherRoutes,
            References otherReferences) {
        return services.equals(List.copyOf(otherServices))
                && routes.equals(List.copyOf(otherRoutes))
                && references.holdIn(otherReferences);
    }
}
