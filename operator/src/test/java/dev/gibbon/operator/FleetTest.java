package dev.gibbon.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.controlplane.feed.SidecarStatus;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.operator.config.Programming;
import dev.gibbon.operator.replica.ReplicaReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The next root signs when this says so; so it says no whenever it does not know. */
class FleetTest {
    private static final TrustBundle BUNDLE = new TrustBundle(new TrustDomain("mesh-1"), List.of());

    @Test
    void bundleIsTrustedWhenEverySidecarOfEveryReplicaHasIt() {
        assertThat(new Fleet(List.of(report(3, 3), report(3, 4)), true).trusts(BUNDLE, 2)).isTrue();
    }

    @Test
    void bundleIsNotTrustedWhileAnythingIsUnknown() {
        assertThat(Fleet.UNKNOWN.trusts(BUNDLE, 0)).as("not asked").isFalse();
        assertThat(new Fleet(List.of(report(3, 3)), false).trusts(BUNDLE, 1))
                .as("a replica is silent")
                .isFalse();
        assertThat(new Fleet(List.of(report(3, 2)), true).trusts(BUNDLE, 1))
                .as("a sidecar is behind")
                .isFalse();
        assertThat(new Fleet(List.of(report(3, 3)), true).trusts(BUNDLE, 2))
                .as("a sidecar is not connected")
                .isFalse();
        ReplicaReport young = new Programming().report(List.of(), name -> true);
        assertThat(new Fleet(List.of(report(3, 3), young), true).trusts(BUNDLE, 1))
                .as("a replica publishes something else")
                .isFalse();
    }

    private static ReplicaReport report(long revision, long acknowledged) {
        Programming programming = new Programming();
        programming.published(Map.of(), BUNDLE, revision);
        return programming.report(
                List.of(
                        new SidecarStatus(
                                "shop/a",
                                List.of(),
                                acknowledged,
                                null,
                                Instant.EPOCH,
                                null,
                                null)),
                name -> true);
    }
}
