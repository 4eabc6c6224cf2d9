package dev.gibbon.controlplane.admin;

import dev.gibbon.controlplane.store.ConfigStore;
import dev.gibbon.core.entity.Route;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.schema.EntityKey;
import dev.gibbon.core.schema.EntitySchema;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers every request to the Admin API: finds what the path means, reads the body, calls. Any
 * thread may call; an edit waits for its turn and for the store.
 */
public final class AdminApi {
    private static final String ALLOWED = "GET, HEAD, PUT, PATCH, POST, DELETE";

    private final ConfigStore store;
    private final Node node;
    private final Log log;
    private final EntityCalls<Service> services;
    private final EntityCalls<Route> routes;
    private final TagCalls tags;
    private final Map<String, Map<String, Function<AdminRequest, AdminResponse>>> added =
            new HashMap<>();

    /**
     * @param clock gives {@code created_at} and {@code updated_at}
     * @param ids gives the ids of new entities
     * @param endpoints what other parts of the node answer on the same port
     */
    public AdminApi(
            ConfigStore store,
            Node node,
            InstantSource clock,
            Supplier<UUID> ids,
            List<Endpoint> endpoints,
            Log log) {
        this.store = store;
        this.node = node;
        this.log = log;
        this.services = new EntityCalls<>(EntitySchema.SERVICES, store, clock, ids);
        this.routes = new EntityCalls<>(EntitySchema.ROUTES, store, clock, ids);
        this.tags = new TagCalls(store);
        for (Endpoint endpoint : endpoints) {
            added.computeIfAbsent(endpoint.path(), path -> new HashMap<>())
                    .put(endpoint.method(), endpoint.answer());
        }
    }

    String version() {
        return node.version();
    }

    /** Answers one request. Never throws: what goes wrong inside is logged and answered 500. */
    AdminResponse answer(AdminRequest request, ServerLoad load) {
        try {
            if (request.method().equals("OPTIONS")) {
                return AdminResponse.noContent()
                        .withHeader("Access-Control-Allow-Methods", ALLOWED);
            }
            if (request.origin() != null && changesSomething(request.method())) {
                return AdminResponse.message(
                        403,
                        "a web page may not change the configuration (got: header Origin;"
                                + " expected: none)");
            }
            return dispatch(request, load);
        } catch (RuntimeException e) {
            log.error(
                    "request to the admin api failed",
                    "method",
                    request.method(),
                    "path",
                    request.path(),
                    "error",
                    e);
            return ApiErrors.unexpected();
        }
    }

    private static boolean changesSomething(String method) {
        return !method.equals("GET") && !method.equals("HEAD");
    }

    private AdminResponse dispatch(AdminRequest request, ServerLoad load) {
        String path = request.path();
        String trimmed =
                path.endsWith("/") && path.length() > 1
                        ? path.substring(0, path.length() - 1)
                        : path;
        Map<String, Function<AdminRequest, AdminResponse>> methods = added.get(trimmed);
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        if (methods != null) {
            Function<AdminRequest, AdminResponse> answer = methods.get(method);
            return answer == null ? AdminResponse.methodNotAllowed() : answer.apply(request);
        }
        List<String> segments =
                Arrays.stream(trimmed.substring(1).split("/", -1))
                        .map(UrlEncoded::decodeSegment)
                        .toList();
        String first = segments.getFirst();
        return switch (first) {
            case "" -> segments.size() == 1 ? readOnly(method, node::document) : notFound();
            case "status" ->
                    segments.size() == 1 ? readOnly(method, () -> status(load)) : notFound();
            case "services" -> underServices(method, segments, request);
            case "routes" -> underRoutes(method, segments, request);
            case "tags" -> underTags(method, segments, request);
            default -> notFound();
        };
    }

    private static AdminResponse notFound() {
        return AdminResponse.notFound();
    }

    private static AdminResponse readOnly(
            String method, Supplier<Map<String, @Nullable Object>> document) {
        return method.equals("GET")
                ? AdminResponse.json(200, document.get())
                : AdminResponse.methodNotAllowed();
    }

    private Map<String, @Nullable Object> status(ServerLoad load) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("server", load.document());
        out.put("database", Map.of("reachable", store.isReachable()));
        return out;
    }

    private AdminResponse underServices(
            String method, List<String> segments, AdminRequest request) {
        if (segments.size() == 1) {
            return collection(method, services, EntitySchema.SERVICES, request);
        }
        EntityKey key = EntityKey.parse(segments.get(1));
        if (segments.size() == 2) {
            return entity(method, services, EntitySchema.SERVICES, key, request);
        }
        if (segments.size() == 3 && segments.get(2).equals("routes")) {
            return routesOfService(method, key, segments.get(1), request);
        }
        return notFound();
    }

    private AdminResponse underRoutes(String method, List<String> segments, AdminRequest request) {
        if (segments.size() == 1) {
            return collection(method, routes, EntitySchema.ROUTES, request);
        }
        EntityKey key = EntityKey.parse(segments.get(1));
        if (segments.size() == 2) {
            return entity(method, routes, EntitySchema.ROUTES, key, request);
        }
        if (segments.size() == 3 && segments.get(2).equals("service")) {
            return serviceOfRoute(method, key, request);
        }
        return notFound();
    }

    private AdminResponse underTags(String method, List<String> segments, AdminRequest request) {
        if (segments.size() > 2) {
            return notFound();
        }
        if (!method.equals("GET")) {
            return AdminResponse.methodNotAllowed();
        }
        return switch (ListQuery.read(request.query())) {
            case ListQuery.Unreadable(var answer) -> answer;
            case ListQuery.Wanted wanted ->
                    segments.size() == 1 ? tags.all(wanted) : tags.of(segments.get(1), wanted);
        };
    }

    private static <T> AdminResponse collection(
            String method, EntityCalls<T> calls, EntitySchema<T> kind, AdminRequest request) {
        return switch (method) {
            case "GET" ->
                    switch (ListQuery.read(request.query())) {
                        case ListQuery.Unreadable(var answer) -> answer;
                        case ListQuery.Wanted wanted -> calls.list(wanted);
                    };
            case "POST" -> withBody(request, kind, calls::create);
            default -> AdminResponse.methodNotAllowed();
        };
    }

    private static <T> AdminResponse entity(
            String method,
            EntityCalls<T> calls,
            EntitySchema<T> kind,
            EntityKey key,
            AdminRequest request) {
        return switch (method) {
            case "GET" -> calls.get(key);
            case "PUT" -> withBody(request, kind, body -> calls.put(key, body));
            case "PATCH" -> withBody(request, kind, body -> calls.patch(key, body));
            case "DELETE" -> calls.delete(key);
            default -> AdminResponse.methodNotAllowed();
        };
    }

    private static AdminResponse withBody(
            AdminRequest request,
            EntitySchema<?> kind,
            Function<Map<String, @Nullable Object>, AdminResponse> call) {
        return switch (RequestBody.read(request, kind.fields())) {
            case RequestBody.Unreadable(var answer) -> answer;
            case RequestBody.Document(var document) -> call.apply(document);
        };
    }

    private AdminResponse routesOfService(
            String method, EntityKey key, String keyText, AdminRequest request) {
        if (!method.equals("GET") && !method.equals("POST")) {
            return AdminResponse.methodNotAllowed();
        }
        if (key instanceof EntityKey.Neither(var message)) {
            return ApiErrors.invalidName(message);
        }
        Optional<Service> service = EntityCalls.find(store.tables(), EntitySchema.SERVICES, key);
        if (service.isEmpty()) {
            return notFound();
        }
        UUID id = service.get().id();
        if (method.equals("POST")) {
            return withBody(
                    request,
                    EntitySchema.ROUTES,
                    body -> {
                        body.put("service", Map.of("id", id.toString()));
                        return routes.create(body);
                    });
        }
        return switch (ListQuery.read(request.query())) {
            case ListQuery.Unreadable(var answer) -> answer;
            case ListQuery.Wanted wanted ->
                    routes.page(
                            "/services/" + UrlEncoded.encode(keyText) + "/routes",
                            store.tables().routesOf(id, wanted.page()),
                            null);
        };
    }

    private AdminResponse serviceOfRoute(String method, EntityKey key, AdminRequest request) {
        if (method.equals("POST")) {
            return AdminResponse.methodNotAllowed();
        }
        if (key instanceof EntityKey.Neither(var message)) {
            return ApiErrors.invalidName(message);
        }
        Optional<UUID> service =
                EntityCalls.find(store.tables(), EntitySchema.ROUTES, key)
                        .flatMap(route -> Optional.ofNullable(route.service()));
        if (service.isEmpty()) {
            return notFound();
        }
        return method.equals("DELETE")
                ? AdminResponse.methodNotAllowed()
                : entity(
                        method,
                        services,
                        EntitySchema.SERVICES,
                        new EntityKey.Id(service.get()),
                        request);
    }
}
