package dev.gibbon.operator.status;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;

/** Asks the API server, by TokenReview (authentication.k8s.io/v1). */
public final class AskerReviews implements Asker {
    private final KubernetesClient client;
    private final String namespace;

    /**
     * @param namespace the operator's own
     */
    public AskerReviews(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public boolean mayAsk(String token) throws IOException {
        TokenReview review =
                new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(AUDIENCE)
                        .endSpec()
                        .build();
        try {
            return read(client.resource(review).create().getStatus(), namespace);
        } catch (KubernetesClientException e) {
            // The exception's text can hold the request, and with it the token.
            throw new IOException("TokenReview: status " + e.getCode());
        }
    }

    /** Reads a verdict; fails closed. */
    static boolean read(TokenReviewStatus status, String namespace) {
        return status != null
                && Boolean.TRUE.equals(status.getAuthenticated())
                && status.getAudiences().contains(AUDIENCE)
                && status.getUser() != null
                && ("system:serviceaccount:" + namespace + ":" + ACCOUNT)
                        .equals(status.getUser().getUsername());
    }
}
