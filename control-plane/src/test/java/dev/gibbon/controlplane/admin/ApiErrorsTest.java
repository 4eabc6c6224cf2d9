package dev.gibbon.controlplane.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.controlplane.store.Refusal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ApiErrorsTest {

    @Test
    void whatAStoreCannotKeepIsAMistakeOfTheRequestWithTheReason() {
        AdminResponse answer =
                ApiErrors.refused(new Refusal.NotKept("routes", "cannot be kept: no service"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .contains("\"name\":\"schema violation\"", "cannot be kept: no service");
    }
}
