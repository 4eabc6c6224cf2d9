package dev.gibbon.operator.certmanager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.log.Log;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TroubleTellerTest {
    private static final Trouble MISSING = new Trouble(Trouble.Reason.ISSUER_MISSING, "none");
    private static final Trouble NOT_READY =
            new Trouble(Trouble.Reason.CERTIFICATE_NOT_READY, "not yet");

    private final List<Trouble> told = new ArrayList<>();
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private final TroubleTeller teller = new TroubleTeller(told::add, () -> now, Log.NONE);

    private void look(int seconds, Trouble... found) {
        now = now.plusSeconds(seconds);
        teller.onLook(List.of(found).stream().findFirst());
    }

    @Test
    void whatPassesInAMomentIsNotTold() {
        look(0, NOT_READY);
        look(9, NOT_READY);
        look(1);
        look(0, NOT_READY);
        look(9, NOT_READY);

        assertThat(told).isEmpty();
        assertThat(teller.current()).isEmpty();
    }

    @Test
    void whatLastsIsToldOnceInAnHour() {
        for (int second = 0; second < 2 * 3600 + 20; second += 5) {
            look(5, MISSING);
        }

        assertThat(told).containsExactly(MISSING, MISSING, MISSING);
        assertThat(teller.current()).contains(MISSING);
    }

    @Test
    void otherTroubleIsToldAnewAndTheEndOfItForgotten() {
        look(0, MISSING);
        look(10, MISSING);
        look(5, NOT_READY);
        look(10, NOT_READY);

        assertThat(told).containsExactly(MISSING, NOT_READY);

        look(5);
        assertThat(teller.current()).isEqualTo(Optional.empty());
        look(5, NOT_READY);
        look(10, NOT_READY);
        assertThat(told).hasSize(3);
    }
}
