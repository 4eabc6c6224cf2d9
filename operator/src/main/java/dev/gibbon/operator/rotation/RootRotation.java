package dev.gibbon.operator.rotation;

import dev.gibbon.controlplane.authority.RootChange.Stage;
import dev.gibbon.operator.rotation.RotationStep.Activate;
import dev.gibbon.operator.rotation.RotationStep.Await;
import dev.gibbon.operator.rotation.RotationStep.Prepare;
import dev.gibbon.operator.rotation.RotationStep.Remember;
import dev.gibbon.operator.rotation.RotationStep.Rest;
import dev.gibbon.operator.rotation.RotationStep.Retire;
import java.time.Duration;
import java.time.Instant;

/**
 * Decides about the next step of a change of roots. Pure.
 *
 * <p>What it waits for, and why nobody is locked out:
 *
 * <ol>
 *   <li>between trusting and signing: until every sidecar has acknowledged the bundle, and the
 *       kubelets have brought the ConfigMap to pods that are starting. A sidecar that does not
 *       answer is waited for as long as certificates live: by then its own has ended, and it begins
 *       anew with the ConfigMap;
 *   <li>between signing and retiring: as long as certificates live, so that none of the old root is
 *       left. All sidecars, and the control plane, renew theirs at half their life.
 * </ol>
 */
final class RootRotation {
    /**
     * How long a changed ConfigMap may take to a pod that has it mounted: the kubelet's sync period
     * and the life of its cache, a minute each by default, and one more.
     */
    static final Duration SPREAD = Duration.ofMinutes(3);

    /** Clocks that differ, and a replica that hears late of the key that signs. */
    static final Duration MARGIN = Duration.ofMinutes(5);

    /** Of a root's life, in percent, after which it is changed unasked. */
    private static final int AGE_LIMIT = 80;

    private RootRotation() {}

    /**
     * All that the decision depends on.
     *
     * @param stage how far a change has come
     * @param remembered the last record
     * @param requested the request as it is now; empty text for none
     * @param notBefore of the root that signs
     * @param notAfter of the root that signs
     * @param lifetime of certificates
     * @param trusted whether every sidecar is known to have the bundle as it is
     * @param source where the next root would come from
     * @param issued whether what signs now was issued by somebody else
     */
    record Situation(
            Stage stage,
            RotationRecord remembered,
            String requested,
            Instant notBefore,
            Instant notAfter,
            Duration lifetime,
            boolean trusted,
            Source source,
            boolean issued) {}

    /** Where roots come from, and whether that asks for a change. */
    enum Source {
        /** The authority makes them itself. */
        OWN,
        /** An issuer, whose root signs already or is being changed to. */
        ISSUER,
        /** An issuer, whose root is another one. */
        ISSUER_OF_ANOTHER_ROOT
    }

    static RotationStep next(Situation situation, Instant now) {
        RotationRecord remembered = situation.remembered();
        if (remembered.stage() != situation.stage()) {
            // The process ended between a step and its record, or somebody restored the Secret.
            // To wait again from now on is safe. A change that goes on is the one asked for.
            return new Remember(
                    new RotationRecord(
                            situation.stage() == Stage.NONE
                                    ? remembered.request()
                                    : situation.requested(),
                            situation.stage(),
                            now));
        }
        Duration waited = Duration.between(remembered.since(), now);
        Duration life = situation.lifetime().plus(MARGIN);
        return switch (situation.stage()) {
            case NONE -> atRest(situation, now);
            case PREPARED -> {
                if (situation.source() == Source.ISSUER_OF_ANOTHER_ROOT) {
                    yield new Prepare(
                            "the issuer has another root than the one that was prepared",
                            new RotationRecord(remembered.request(), Stage.PREPARED, now));
                }
                RotationRecord then = new RotationRecord(remembered.request(), Stage.ACTIVE, now);
                if (waited.compareTo(SPREAD) < 0) {
                    yield new Await("ConfigMaps to reach pods that are starting");
                }
                if (situation.trusted()) {
                    yield new Activate("all sidecars trust it", then);
                }
                yield waited.compareTo(life) < 0
                        ? new Await("sidecars to acknowledge the next root")
                        : new Activate("certificates of those that do not answer have ended", then);
            }
            case ACTIVE ->
                    waited.compareTo(life) < 0
                            ? new Await("certificates of the old root to end")
                            : new Retire(new RotationRecord(remembered.request(), Stage.NONE, now));
        };
    }

    private static RotationStep atRest(Situation situation, Instant now) {
        return switch (situation.source()) {
            case OWN -> atRestOfItsOwn(situation, now);
            case ISSUER -> new Rest();
            case ISSUER_OF_ANOTHER_ROOT -> prepare("the issuer has another root", situation, now);
        };
    }

    private static RotationStep prepare(String cause, Situation situation, Instant now) {
        return new Prepare(cause, new RotationRecord(situation.requested(), Stage.PREPARED, now));
    }

    private static RotationStep atRestOfItsOwn(Situation situation, Instant now) {
        boolean asked =
                !situation.requested().isEmpty()
                        && !situation.requested().equals(situation.remembered().request());
        Duration life = Duration.between(situation.notBefore(), situation.notAfter());
        Instant old = situation.notBefore().plus(life.multipliedBy(AGE_LIMIT).dividedBy(100));
        if (asked) {
            return prepare("it was asked for", situation, now);
        }
        if (situation.issued()) {
            return prepare("no issuer is configured any more", situation, now);
        }
        return now.isBefore(old) ? new Rest() : prepare("the root is old", situation, now);
    }
}
