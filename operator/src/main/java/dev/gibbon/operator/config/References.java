package dev.gibbon.operator.config;

import dev.gibbon.operator.discovery.ServiceFact;
import java.util.Optional;

/** What MeshServices and MeshRoutes refer to, at one moment. */
public interface References {
    /** A Kubernetes Service. */
    Optional<ServiceFact> service(String namespace, String name);

    /** What is in a Secret; asking for it makes sure that it will be known. */
    SecretValue secret(SecretRef reference);
}
