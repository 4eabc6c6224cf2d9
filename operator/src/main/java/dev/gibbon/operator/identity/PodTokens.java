package dev.gibbon.operator.identity;

import java.io.IOException;
import java.util.Optional;

/** Says whose a ServiceAccount token is. */
@FunctionalInterface
public interface PodTokens {
    /** What tokens for the mesh are made out to. */
    String AUDIENCE = "gibbon.dev";

    /**
     * The pod that a token is bound to.
     *
     * @return empty when the token is not valid for the mesh, or bound to no pod
     * @throws IOException when nobody can say
     */
    Optional<TokenPod> review(String token) throws IOException;

    /** A pod as its token names it. */
    record TokenPod(String namespace, String serviceAccount, String name, String uid) {}
}
