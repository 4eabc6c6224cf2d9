package dev.gibbon.controlplane.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SidecarRegisterTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final SidecarRegister register = new SidecarRegister();

    @Test
    void nameIsFreeOnlyWhenEachOfItsConnectionsIsClosed() throws Exception {
        assertThat(register.awaitGone("b", Duration.ZERO)).isTrue();

        register.connected("b", "old", NOW);
        register.connected("b", "new", NOW);
        register.connected("c", "other", NOW);
        assertThat(register.awaitGone("b", Duration.ZERO)).isFalse();

        register.disconnected("b", "new");
        register.disconnected("b", "new");
        assertThat(register.awaitGone("b", Duration.ZERO)).isFalse();

        register.disconnected("b", "old");
        assertThat(register.awaitGone("b", Duration.ZERO)).isTrue();
        assertThat(register.awaitGone("c", Duration.ZERO)).isFalse();
    }

    @Test
    void waitEndsWithTheLastConnection() throws Exception {
        register.connected("b", "old", NOW);
        CompletableFuture<Boolean> gone =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return register.awaitGone("b", Duration.ofSeconds(30));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });

        register.disconnected("b", "old");

        assertThat(gone.get(10, TimeUnit.SECONDS)).isTrue();
    }
}
