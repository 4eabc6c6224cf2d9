package dev.gibbon.core.schema;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a Service may be ({@code kong/db/schema/entities/services.lua@1.1.0}), the short form {@code
 * url} included, and {@code tls_verify}, which Kong has had since 2.x.
 */
final class ServiceSchema implements EntitySchema<Service> {
    private static final int DEFAULT_PORT = 80;
    private static final int DEFAULT_RETRIES = 5;
    private static final int DEFAULT_TIMEOUT = 60_000;
    private static final int MAX_TIMEOUT = 2_147_483_646;
    private static final Map<String, FieldType> FIELDS =
            Map.ofEntries(
                    Map.entry("id", new FieldType.Text()),
                    Map.entry("created_at", new FieldType.Whole()),
                    Map.entry("updated_at", new FieldType.Whole()),
                    Map.entry("name", new FieldType.Text()),
                    Map.entry("retries", new FieldType.Whole()),
                    Map.entry("protocol", new FieldType.Text()),
                    Map.entry("host", new FieldType.Text()),
                    Map.entry("port", new FieldType.Whole()),
                    Map.entry("path", new FieldType.Text()),
                    Map.entry("connect_timeout", new FieldType.Whole()),
                    Map.entry("write_timeout", new FieldType.Whole()),
                    Map.entry("read_timeout", new FieldType.Whole()),
                    Map.entry("tls_verify", new FieldType.Flag()),
                    Map.entry("tags", new FieldType.ListOf(new FieldType.Text())),
                    Map.entry("url", new FieldType.Text()));

    @Override
    public String plural() {
        return "services";
    }

    @Override
    public Map<String, FieldType> fields() {
        return FIELDS;
    }

    @Override
    public Validated<Service> read(Map<String, ? extends @Nullable Object> document) {
        Map<String, @Nullable Object> whole = new LinkedHashMap<>(document);
        if (document.get("url") instanceof String url) {
            whole.putAll(ServiceUrl.expand(url));
        }
        DocumentReader in = new DocumentReader(whole);
        in.refuseFieldsOutside(FIELDS);
        in.text("url", text -> null);
        in.require("host");
        requireUnlessAbsent(in, "protocol");
        requireUnlessAbsent(in, "port");
        Protocol protocol = Protocols.one(in, "protocol", Protocol.HTTP);
        String host = in.text("host", Texts::checkHost);
        Service service =
                new Service(
                        in.uuid("id"),
                        in.timestamp("created_at"),
                        in.timestamp("updated_at"),
                        in.text("name", Texts::checkName),
                        in.integer("retries", DEFAULT_RETRIES, 0, 32_767),
                        protocol,
                        host == null ? "" : withoutBrackets(host),
                        in.integer("port", DEFAULT_PORT, 0, 65_535),
                        in.text("path", Texts::checkServicePath),
                        in.integer("connect_timeout", DEFAULT_TIMEOUT, 1, MAX_TIMEOUT),
                        in.integer("write_timeout", DEFAULT_TIMEOUT, 1, MAX_TIMEOUT),
                        in.integer("read_timeout", DEFAULT_TIMEOUT, 1, MAX_TIMEOUT),
                        in.flag("tls_verify"),
                        in.texts("tags", "set", Texts::checkTag));
        if (in.isSound("protocol")) {
            checkTogether(service, whole.get("path") != null, in);
        }
        return in.violations().isEmpty()
                ? new Validated.Valid<>(service)
                : new Validated.Invalid<>(in.violations());
    }

    private static void requireUnlessAbsent(DocumentReader in, String field) {
        if (in.isNull(field)) {
            in.add(field, DocumentReader.MISSING);
        }
    }

    private static void checkTogether(Service service, boolean hasPath, DocumentReader in) {
        if (!service.protocol().isHttp() && hasPath) {
            in.addToEntity("failed conditional validation given value of field 'protocol'");
            if (in.isSound("path")) {
                in.add("path", "value must be null");
            }
        }
        if (service.demandsVerification() && !service.protocol().isTls()) {
            in.add("tls_verify", "can only be true when 'protocol' is 'https' or 'tls'");
        }
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public SequencedMap<String, @Nullable Object> write(Service service) {
        SequencedMap<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("id", service.id().toString());
        out.put("created_at", service.createdAt());
        out.put("updated_at", service.updatedAt());
        out.put("name", service.name());
        out.put("retries", service.retries());
        out.put("protocol", service.protocol().text());
        out.put("host", service.host());
        out.put("port", service.port());
        out.put("path", service.path());
        out.put("connect_timeout", service.connectTimeout());
        out.put("write_timeout", service.writeTimeout());
        out.put("read_timeout", service.readTimeout());
        out.put("tls_verify", service.tlsVerify());
        out.put("tags", service.tags());
        return out;
    }

    @Override
    public UUID id(Service service) {
        return service.id();
    }

    @Override
    public @Nullable String name(Service service) {
        return service.name();
    }

    @Override
    public List<String> tags(Service service) {
        List<String> tags = service.tags();
        return tags == null ? List.of() : tags;
    }
}
