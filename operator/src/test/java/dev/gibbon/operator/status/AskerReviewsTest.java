package dev.gibbon.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatusBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AskerReviewsTest {
    private static final String RIGHT = "system:serviceaccount:gibbon-system:gibbon-questions";

    private static TokenReviewStatus status(boolean valid, String audience, String user) {
        return new TokenReviewStatusBuilder()
                .withAuthenticated(valid)
                .withAudiences(audience)
                .withNewUser()
                .withUsername(user)
                .endUser()
                .build();
    }

    @Test
    void accountOfTheMeshMayAsk() {
        assertThat(AskerReviews.read(status(true, Asker.AUDIENCE, RIGHT), "gibbon-system"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "false, gibbon.dev/questions, " + RIGHT + ", not valid",
        "true, gibbon.dev, " + RIGHT + ", the audience of pods' tokens",
        "true, https://kubernetes.default.svc, " + RIGHT + ", made out to the API server",
        "true, gibbon.dev/questions, system:serviceaccount:shop:gibbon-questions, elsewhere",
        "true, gibbon.dev/questions, system:serviceaccount:gibbon-system:default, another",
    })
    void othersMayNot(boolean valid, String audience, String user, String why) {
        assertThat(AskerReviews.read(status(valid, audience, user), "gibbon-system"))
                .as(why)
                .isFalse();
    }

    @Test
    void verdictThatSaysNothingIsNone() {
        assertThat(AskerReviews.read(new TokenReviewStatus(), "gibbon-system")).isFalse();
    }
}
