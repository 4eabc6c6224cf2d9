package dev.gibbon.operator.identity;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks the API server, by TokenReview (authentication.k8s.io/v1). */
public final class TokenReviews implements PodTokens {
    private static final String USER = "system:serviceaccount:";
    private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
    private static final String POD_UID = "authentication.kubernetes.io/pod-uid";

    private final KubernetesClient client;

    public TokenReviews(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Optional<TokenPod> review(String token) throws IOException {
        TokenReview review =
                new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(AUDIENCE)
                        .endSpec()
                        .build();
        try {
            return read(client.resource(review).create().getStatus());
        } catch (KubernetesClientException e) {
            // The exception's text can hold the request, and with it the token.
            throw new IOException("TokenReview: status " + e.getCode());
        }
    }

    /** Reads a verdict; fails closed. */
    static Optional<TokenPod> read(TokenReviewStatus status) {
        UserInfo user = status.getUser();
        if (!Boolean.TRUE.equals(status.getAuthenticated())
                || !status.getAudiences().contains(AUDIENCE)
                || user == null
                || user.getUsername() == null
                || !user.getUsername().startsWith(USER)) {
            return Optional.empty();
        }
        String[] account = user.getUsername().substring(USER.length()).split(":", -1);
        Optional<String> name = only(user.getExtra(), POD_NAME);
        Optional<String> uid = only(user.getExtra(), POD_UID);
        return account.length == 2 && name.isPresent() && uid.isPresent()
                ? Optional.of(new TokenPod(account[0], account[1], name.get(), uid.get()))
                : Optional.empty();
    }

    private static Optional<String> only(Map<String, List<String>> extra, String key) {
        List<String> values = extra == null ? List.of() : extra.getOrDefault(key, List.of());
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }
}
