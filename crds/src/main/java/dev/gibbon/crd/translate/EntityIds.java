package dev.gibbon.crd.translate;

import dev.gibbon.crd.MeshService;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The ids of entities that stand for custom resources: the same for the same name, for ever. */
public final class EntityIds {
    private EntityIds() {}

    /** The id of the Service that stands for a MeshService. */
    public static UUID ofMeshService(String namespace, String name) {
        return id("MeshService", namespace, name);
    }

    /** The id of the Route that stands for a MeshRoute. */
    public static UUID ofMeshRoute(String namespace, String name) {
        return id("MeshRoute", namespace, name);
    }

    /** A slash is in neither part, so different names give different texts. */
    private static UUID id(String kind, String namespace, String name) {
        String text = MeshService.GROUP + "/" + kind + "/" + namespace + "/" + name;
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
