package dev.gibbon.operator.store;

import dev.gibbon.core.entity.Service;
import dev.gibbon.core.schema.EntitySchema;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshServiceSpec;
import dev.gibbon.crd.ServiceReference;
import dev.gibbon.crd.UpstreamTls;
import dev.gibbon.crd.translate.EntityIds;
import dev.gibbon.crd.translate.ServiceTranslation;
import dev.gibbon.crd.translate.Translated;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Services as MeshServices. A reference to a Kubernetes Service stays while host and port are those
 * that it stands for. Secrets are not read: a Service of the store has no {@code ca}, and the
 * reference to one stays.
 */
final class ServiceForm implements Form<MeshService, Service> {

    @Override
    public EntitySchema<Service> schema() {
        return EntitySchema.SERVICES;
    }

    @Override
    public String kind() {
        return "MeshService";
    }

    @Override
    public UUID naturalId(String namespace, String object) {
        return EntityIds.ofMeshService(namespace, object);
    }

    @Override
    public Translated<Service> read(MeshService object) {
        return ServiceTranslation.of(object, null);
    }

    @Override
    public Service with(
            MeshService object,
            Service read,
            Identity identity,
            Extras extras,
            References references) {
        Long createdAt = extras.createdAt();
        Long updatedAt = extras.updatedAt();
        return new Service(
                identity.id(),
                createdAt == null ? read.createdAt() : createdAt,
                updatedAt == null ? read.updatedAt() : updatedAt,
                identity.name(),
                read.retries(),
                read.protocol(),
                read.host(),
                read.port(),
                read.path(),
                read.connectTimeout(),
                read.writeTimeout(),
                read.readTimeout(),
                read.tlsVerify(),
                extras.tags(),
                read.ca(),
                read.clientCertificate());
    }

    @Override
    public MeshService write(Service service, @Nullable MeshService before, References references) {
        ServiceReference kubernetes = kubernetes(service, before);
        MeshService written = new MeshService();
        written.setSpec(
                new MeshServiceSpec(
                        service.protocol().text(),
                        kubernetes == null ? service.host() : null,
                        kubernetes == null ? service.port() : null,
                        kubernetes,
                        service.path(),
                        service.retries(),
                        service.connectTimeout(),
                        service.writeTimeout(),
                        service.readTimeout(),
                        tls(service, before)));
        return written;
    }

    private @Nullable ServiceReference kubernetes(Service service, @Nullable MeshService before) {
        MeshServiceSpec spec = before == null ? null : before.getSpec();
        if (before == null || spec == null || spec.service() == null) {
            return null;
        }
        boolean same =
                read(before) instanceof Translated.Valid<Service>(Service stands)
                        && stands.host().equals(service.host())
                        && stands.port() == service.port();
        return same ? spec.service() : null;
    }

    private static @Nullable UpstreamTls tls(Service service, @Nullable MeshService before) {
        MeshServiceSpec spec = before == null ? null : before.getSpec();
        UpstreamTls tls = spec == null ? null : spec.tls();
        if (tls != null && (tls.caSecret() != null || tls.clientCertificateSecret() != null)) {
            return new UpstreamTls(
                    service.tlsVerify(), tls.caSecret(), tls.clientCertificateSecret());
        }
        return service.tlsVerify() == null
                ? null
                : new UpstreamTls(service.tlsVerify(), null, null);
    }

    @Override
    public Extras extras(Service service) {
        return new Extras(
                service.id(),
                Objects.requireNonNullElse(service.name(), ""),
                service.createdAt(),
                service.updatedAt(),
                service.tags());
    }

    @Override
    public List<String> differences(Service one, Service other) {
        List<String> fields = new ArrayList<>(Differences.of(schema(), one, other));
        if (!Objects.equals(one.ca(), other.ca())) {
            fields.add("ca");
        }
        if (!Objects.equals(one.clientCertificate(), other.clientCertificate())) {
            fields.add("client_certificate");
        }
        return fields;
    }
}
