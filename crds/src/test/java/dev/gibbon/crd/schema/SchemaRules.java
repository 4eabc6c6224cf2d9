package dev.gibbon.crd.schema;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gibbon.crd.translate.Bounds;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What the schemas ask for, on top of types, defaults and what is required. */
final class SchemaRules {
    private static final List<String> PROTOCOLS = List.of("http", "https", "tcp", "tls");
    private static final String HTTP = "self.protocols.exists(p, p == 'http' || p == 'https')";
    private static final double MAX_PORT = 65_535;

    private SchemaRules() {}

    static void apply(String kind, JSONSchemaProps root) {
        root.setRequired(List.of("spec"));
        if (kind.equals("MeshService")) {
            root.setDescription(
                    "A MeshService is something that MeshRoutes of the same namespace can lead to:"
                            + " a Kubernetes Service, or a host and port.");
            service(at(root, "spec"));
        } else {
            root.setDescription(
                    "A MeshRoute says which connections or requests go to a MeshService of the same"
                            + " namespace. Without parent it is for clients of its own namespace,"
                            + " with parent for all who call that Kubernetes Service.");
            route(at(root, "spec"));
        }
        ConditionSchema.apply(at(root, "status"));
    }

    private static void service(JSONSchemaProps spec) {
        spec.setDescription("Where the upstream is, what it speaks, and how patient callers are.");
        oneOf(at(spec, "protocol"), PROTOCOLS);
        text(at(spec, "host"), Bounds.NAME, Cel.host());
        range(at(spec, "port"), 1, MAX_PORT);
        serviceReference(at(spec, "service"));
        text(
                at(spec, "path"),
                Bounds.PATH,
                Cel.leadingSlash(),
                Cel.noEmptySegments(),
                Cel.plainPath());
        range(at(spec, "retries"), 0, 32_767);
        for (String timeout :
                List.of("connectTimeoutMillis", "writeTimeoutMillis", "readTimeoutMillis")) {
            range(at(spec, timeout), 1, 2_147_483_646);
        }
        JSONSchemaProps tls = at(spec, "tls");
        secret(at(tls, "caSecret"));
        text(at(tls, "caSecret", "key"), Bounds.NAME, Cel.secretKey());
        secret(at(tls, "clientCertificateSecret"));
        rules(
                tls,
                Cel.ruleOf(
                        "caSecret",
                        "!has(self.caSecret) || (has(self.verify) && self.verify)",
                        "can only be set when verify is true"));
        rules(
                spec,
                Cel.rule(
                        "has(self.host) != has(self.service)",
                        "exactly one of host and service must be set"),
                Cel.ruleOf(
                        "port",
                        "has(self.host) == has(self.port)",
                        "must be set with host, and only with host"),
                Cel.ruleOf(
                        "path",
                        "!has(self.path) || self.protocol == 'http' || self.protocol == 'https'",
                        "can only be set when protocol is http or https"),
                Cel.ruleOf(
                        "tls",
                        "!has(self.tls) || self.protocol == 'https' || self.protocol == 'tls'",
                        "can only be set when protocol is https or tls"));
    }

    private static void route(JSONSchemaProps spec) {
        spec.setDescription("What is looked at, and where it goes.");
        JSONSchemaProps protocols = at(spec, "protocols");
        list(protocols, PROTOCOLS.size());
        protocols.setMinItems(1L);
        oneOf(items(protocols), PROTOCOLS);
        rules(
                protocols,
                Cel.rule(
                        "self.all(p, p == 'http' || p == 'https')"
                                + " || self.all(p, p == 'tcp' || p == 'tls')",
                        "must be of http and https, or of tcp and tls"));
        texts(at(spec, "methods"), Bounds.METHOD, Cel.method());
        texts(at(spec, "hosts"), Bounds.NAME, Cel.hostPattern());
        texts(
                at(spec, "paths"),
                Bounds.PATH,
                Cel.leadingSlash(),
                Cel.noEmptySegments(),
                Cel.routePath());
        texts(at(spec, "snis"), Bounds.NAME, Cel.sni());
        range(at(spec, "regexPriority"), Integer.MIN_VALUE, Integer.MAX_VALUE);
        headers(at(spec, "headers"));
        addresses(at(spec, "sources"));
        addresses(at(spec, "destinations"));
        text(at(spec, "serviceRef", "name"), Bounds.NAME, Cel.objectName("MeshService"));
        serviceReference(at(spec, "parent"));
        List<ValidationRule> rules = new ArrayList<>();
        rules.add(
                Cel.rule(
                        "!"
                                + HTTP
                                + " || "
                                + anySet("methods", "hosts", "paths", "headers")
                                + " || has(self.parent)",
                        "one of methods, hosts, paths, headers, parent must be set when protocols"
                                + " is http or https"));
        rules.add(
                Cel.rule(
                        HTTP
                                + " || "
                                + anySet("sources", "destinations", "snis")
                                + " || has(self.parent)",
                        "one of sources, destinations, snis, parent must be set when protocols is"
                                + " tcp or tls"));
        for (String field : List.of("snis", "sources", "destinations")) {
            rules.add(
                    Cel.ruleOf(
                            field,
                            "!" + HTTP + " || !" + isSet(field),
                            "cannot be set when protocols is http or https"));
        }
        for (String field : List.of("hosts", "paths", "methods", "headers")) {
            rules.add(
                    Cel.ruleOf(
                            field,
                            HTTP + " || !" + isSet(field),
                            "cannot be set when protocols is tcp or tls"));
        }
        rules.add(
                Cel.ruleOf(
                        "destinations",
                        "!has(self.parent) || !" + isSet("destinations"),
                        "cannot be set together with parent"));
        rules.add(
                Cel.rule(
                        size("sources")
                                + " * "
                                + size("destinations")
                                + " * "
                                + size("snis")
                                + " <= "
                                + Bounds.COMBINATIONS,
                        "sources x destinations x snis must be at most "
                                + Bounds.COMBINATIONS
                                + " combinations; split the route"));
        rules(spec, rules.toArray(ValidationRule[]::new));
    }

    private static String isSet(String field) {
        return "(has(self." + field + ") && size(self." + field + ") > 0)";
    }

    private static String anySet(String... fields) {
        return String.join(" || ", Arrays.stream(fields).map(SchemaRules::isSet).toList());
    }

    private static String size(String field) {
        return "(" + isSet(field) + " ? size(self." + field + ") : 1)";
    }

    private static void headers(JSONSchemaProps headers) {
        headers.setMaxProperties((long) Bounds.HEADERS);
        rules(headers, Cel.headerNames(), Cel.noHost(), Cel.headersOnce());
        JSONSchemaProps values =
                Objects.requireNonNull(headers.getAdditionalProperties().getSchema());
        list(values, Bounds.LIST);
        values.setMinItems(1L);
        text(items(values), Bounds.HEADER_VALUE, Cel.headerValue());
    }

    private static void addresses(JSONSchemaProps list) {
        list(list, Bounds.LIST);
        JSONSchemaProps range = items(list);
        rules(range, Cel.rule("has(self.ip) || has(self.port)", "ip or port must be set"));
        text(at(range, "ip"), Bounds.ADDRESS, Cel.addressBlock());
        range(at(range, "port"), 0, MAX_PORT);
    }

    private static void serviceReference(JSONSchemaProps reference) {
        text(at(reference, "name"), Bounds.LABEL, Cel.serviceName());
        range(at(reference, "port"), 1, MAX_PORT);
    }

    private static void secret(JSONSchemaProps reference) {
        text(at(reference, "name"), Bounds.NAME, Cel.objectName("Secret"));
    }

    private static void texts(JSONSchemaProps list, int longest, ValidationRule... rules) {
        list(list, Bounds.LIST);
        text(items(list), longest, rules);
    }

    private static void text(JSONSchemaProps text, int longest, ValidationRule... rules) {
        text.setMinLength(1L);
        text.setMaxLength((long) longest);
        rules(text, rules);
    }

    /** Lists are written whole: the order of hosts and paths is theirs. */
    private static void list(JSONSchemaProps list, int most) {
        list.setMaxItems((long) most);
        list.setXKubernetesListType("atomic");
    }

    private static void range(JSONSchemaProps number, double least, double most) {
        number.setMinimum(least);
        number.setMaximum(most);
    }

    private static void oneOf(JSONSchemaProps text, List<String> values) {
        text.setEnum(
                values.stream()
                        .<com.fasterxml.jackson.databind.JsonNode>map(
                                JsonNodeFactory.instance::textNode)
                        .toList());
    }

    private static void rules(JSONSchemaProps schema, ValidationRule... rules) {
        schema.setXKubernetesValidations(List.of(rules));
    }

    static JSONSchemaProps at(JSONSchemaProps schema, String... path) {
        JSONSchemaProps found = schema;
        for (String name : path) {
            found = Objects.requireNonNull(found.getProperties().get(name), name);
        }
        return found;
    }

    static JSONSchemaProps items(JSONSchemaProps list) {
        return Objects.requireNonNull(list.getItems().getSchema());
    }
}
