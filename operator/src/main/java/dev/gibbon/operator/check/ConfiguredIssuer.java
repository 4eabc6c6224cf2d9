package dev.gibbon.operator.check;

import dev.gibbon.operator.certmanager.IssuerReference;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The issuer of cert-manager that the operator's Deployment names. Pure. */
final class ConfiguredIssuer {
    private static final String PREFIX = "GIBBON_CERT_MANAGER_ISSUER";

    private ConfiguredIssuer() {}

    /** Empty for a mesh that makes its own root, and where what is named could name none. */
    static Optional<IssuerReference> of(ClusterSnapshot cluster) throws NotRead {
        return InstallationChecks.operator(cluster).flatMap(ConfiguredIssuer::of);
    }

    private static Optional<IssuerReference> of(Deployment deployment) {
        Map<String, String> variables = new HashMap<>();
        if (deployment.getSpec() != null && deployment.getSpec().getTemplate() != null) {
            for (Container one : deployment.getSpec().getTemplate().getSpec().getContainers()) {
                for (EnvVar variable : one.getEnv()) {
                    if (variable.getValue() != null) {
                        variables.put(variable.getName(), variable.getValue());
                    }
                }
            }
        }
        String name = variables.getOrDefault(PREFIX, "");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new IssuerReference(
                            name,
                            variables.getOrDefault(PREFIX + "_KIND", IssuerReference.ISSUER),
                            variables.getOrDefault(
                                    PREFIX + "_GROUP", IssuerReference.CERT_MANAGER)));
        } catch (IllegalArgumentException _) {
            // The operator does not start with it, and says so.
            return Optional.empty();
        }
    }
}
