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
 * Which connections or requests go to a MeshService of the same namespace. Mutable, as the
 * Kubernetes client wants it; the spec and the status are values. {@code getSpec} gives null for an
 * object without one, which the API server does not accept.
 */
@Group(MeshService.GROUP)
@Version(MeshService.VERSION)
@ShortNames("mroute")
@Categories("gibbon")
@AdditionalPrinterColumn(
        name = "Protocols",
        jsonPath = ".spec.protocols",
        type = AdditionalPrinterColumn.Type.STRING,
        getDescription = "What is looked at.")
@AdditionalPrinterColumn(
        name = "Parent",
        jsonPath = ".spec.parent.name",
        type = AdditionalPrinterColumn.Type.STRING,
        getDescription = "The Kubernetes Service whose callers it is for.")
@AdditionalPrinterColumn(
        name = "Hosts",
        jsonPath = ".spec.hosts",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1,
        getDescription = "The hosts that are asked for.")
@AdditionalPrinterColumn(
        name = "Paths",
        jsonPath = ".spec.paths",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1,
        getDescription = "The paths that are asked for.")
@AdditionalPrinterColumn(
        name = "MeshService",
        jsonPath = ".spec.serviceRef.name",
        type = AdditionalPrinterColumn.Type.STRING,
        getDescription = "The MeshService that it leads to.")
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
public class MeshRoute extends CustomResource<MeshRouteSpec, MeshStatus> implements Namespaced {
    private static final long serialVersionUID = 1;

    @Override
    protected @Nullable MeshRouteSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable MeshStatus initStatus() {
        return null;
    }
}
