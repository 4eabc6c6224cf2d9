package dev.gibbon.crd;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/**
 * Something that MeshRoutes of the same namespace can lead to. Mutable, as the Kubernetes client
 * wants it; the spec and the status are values. {@code getSpec} gives null for an object without
 * one, which the API server does not accept.
 */
@Group(MeshService.GROUP)
@Version(MeshService.VERSION)
@ShortNames("msvc")
@Categories("gibbon")
@AdditionalPrinterColumn(
        name = "Protocol",
        jsonPath = ".spec.protocol",
        type = AdditionalPrinterColumn.Type.STRING,
        getDescription = "What the upstream speaks.")
@AdditionalPrinterColumn(
        name = "Host",
        jsonPath = ".spec.host",
        type = AdditionalPrinterColumn.Type.STRING,
        getDescription = "The upstream's host, unless it is a Kubernetes Service.")
@AdditionalPrinterColumn(
        name = "Service",
        jsonPath = ".spec.service.name",
        type = AdditionalPrinterColumn.Type.STRING,
        getDescription = "The Kubernetes Service that the upstream is.")
@AdditionalPrinterColumn(
        name = "Accepted",
        jsonPath = MeshStatus.ACCEPTED_COLUMN,
        type = AdditionalPrinterColumn.Type.STRING,
        getDescription = "Whether the spec keeps all rules.")
@AdditionalPrinterColumn(
        name = "Refs",
        jsonPath = MeshStatus.RESOLVED_REFS_COLUMN,
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1,
        getDescription = "Whether all that the spec refers to is there.")
@AdditionalPrinterColumn(
        name = "Programmed",
        jsonPath = MeshStatus.PROGRAMMED_COLUMN,
        type = AdditionalPrinterColumn.Type.STRING,
        getDescription = "Whether all sidecars that need it have it.")
@AdditionalPrinterColumn(
        name = "Sidecars",
        jsonPath = ".status.sidecars",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1,
        getDescription = "How many of the sidecars that need it have it.")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE,
        getDescription = "How long ago it was made.")
public class MeshService extends CustomResource<MeshServiceSpec, MeshStatus> implements Namespaced {
    /** The API group of the mesh. */
    public static final String GROUP = "gibbon.dev";

    /** The only version. */
    public static final String VERSION = "v1alpha1";

    private static final long serialVersionUID = 1;

    @Override
    protected @Nullable MeshServiceSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable MeshStatus initStatus() {
        return null;
    }
}
