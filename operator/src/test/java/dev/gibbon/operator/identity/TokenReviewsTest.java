package dev.gibbon.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.operator.identity.PodTokens.TokenPod;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenReviewsTest {
    private static final String GOOD =
            """
            authenticated: true
            audiences: [gibbon.dev]
            user:
              username: system:serviceaccount:shop:service-b
              extra:
                authentication.kubernetes.io/pod-name: [b-1]
                authentication.kubernetes.io/pod-uid: [uid-1]
            """;

    @Test
    void verdictNamesThePod() {
        assertThat(TokenReviews.read(status(GOOD)))
                .contains(new TokenPod("shop", "service-b", "b-1", "uid-1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "authenticated: true | authenticated: false",
                "authenticated: true | error: x",
                "[gibbon.dev] | [https://kubernetes.default.svc]",
                "[gibbon.dev] | []",
                "system:serviceaccount:shop:service-b | system:node:n1",
                "system:serviceaccount:shop:service-b | system:serviceaccount:shop",
                "system:serviceaccount:shop:service-b | system:serviceaccount:shop:a:b",
                "username: system:serviceaccount:shop:service-b | uid: x",
                "[b-1] | []",
                "[uid-1] | [uid-1, uid-2]",
                "pod-uid | node-uid"
            })
    void anythingElseIsNoPod(String from, String to) {
        assertThat(TokenReviews.read(status(GOOD.replace(from, to)))).isEmpty();
    }

    private static TokenReviewStatus status(String yaml) {
        return Serialization.unmarshal(yaml, TokenReviewStatus.class);
    }
}
