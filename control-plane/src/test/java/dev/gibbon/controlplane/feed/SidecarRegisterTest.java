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

        register.disconnected("b", "new", NOW);
        register.disconnected("b", "new", NOW);
        assertThat(register.awaitGone("b", Duration.ZERO)).isFalse();

        register.disconnected("b", "old", NOW);
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

        register.disconnected("b", "old", NOW);

        assertThat(gone.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void expectedSidecarIsWaitedForUntilItConnects() throws Exception {
        register.expect("b", Duration.ofSeconds(30));
        assertThat(register.awaitGone("b", Duration.ZERO)).isFalse();
        CompletableFuture<Boolean> gone =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return register.awaitGone("b", Duration.ofNanos(1));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });

        register.connected("b", "new", NOW);

        assertThat(gone.get(10, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void sidecarThatDoesNotComeIsNoLongerExpected() throws Exception {
        register.expect("b", Duration.ofMillis(20));

        assertThat(register.awaitGone("b", Duration.ofNanos(1))).isTrue();
        assertThat(register.awaitGone("b", Duration.ZERO)).isTrue();
    }

    @Test
    void sidecarThatHasComeAndGoneIsNotExpectedAnyMore() throws Exception {
        register.expect("b", Duration.ofSeconds(30));
        register.connected("b", "new", NOW);
        // As when its certificate is renewed.
        register.expect("b", Duration.ofSeconds(30));
        register.disconnected("b", "new", NOW);

        assertThat(register.awaitGone("b", Duration.ZERO)).isTrue();
    }

    @Test
    void sidecarIsShownWithTheTimeItWentUntilItIsForgotten() {
        register.connected("b", "old", NOW);
        register.forget("b");
        assertThat(register.all())
                .singleElement()
                .satisfies(b -> assertThat(b.connectedSince()).isEqualTo(NOW))
                .satisfies(b -> assertThat(b.goneSince()).isNull());

        register.disconnected("b", "old", NOW.plusSeconds(7));
        assertThat(register.all())
                .singleElement()
                .satisfies(b -> assertThat(b.connectedSince()).isNull())
                .satisfies(b -> assertThat(b.goneSince()).isEqualTo(NOW.plusSeconds(7)));

        register.forget("b");
        assertThat(register.all()).isEmpty();
    }
}
