package dev.gibbon.operator.rotation;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.Intermediate;
import dev.gibbon.controlplane.authority.RootChange;
import dev.gibbon.controlplane.authority.RootChange.Stage;
import dev.gibbon.controlplane.authority.SecretStore;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.rotation.RotationStep.Activate;
import dev.gibbon.operator.rotation.RotationStep.Await;
import dev.gibbon.operator.rotation.RotationStep.Prepare;
import dev.gibbon.operator.rotation.RotationStep.Remember;
import dev.gibbon.operator.rotation.RotationStep.Rest;
import dev.gibbon.operator.rotation.RotationStep.Retire;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Carries out a change of roots, one step a call. To be called again and again, by the replica that
 * leads; confined to one thread, and blocks.
 */
public final class RotationLoop {
    private final CertificateAuthority authority;
    private final RootChange roots;
    private final SecretStore store;
    private final InstantSource clock;
    private final SecureRandom random;
    private final BooleanSupplier trusted;
    private final Progress progress;
    private final Log log;

    private String seen = "";
    private Stage stage = Stage.NONE;
    private RotationRecord remembered = RotationRecord.NONE;
    private String awaited = "";
    private Supply supplied = new Supply.Own();
    private RootRotation.Source source = RootRotation.Source.OWN;

    /** Where roots come from. */
    public sealed interface Supply {
        /** The authority makes them itself. */
        record Own() implements Supply {}

        /**
         * An issuer.
         *
         * @param offered what it has issued; empty while there is nothing of use
         */
        record Issuer(Optional<Intermediate> offered) implements Supply {}
    }

    /** Tells people of a step that was taken. */
    @FunctionalInterface
    public interface Progress {
        /**
         * A step was taken.
         *
         * @param reason one word, e.g. {@code RootPrepared}
         * @param message one sentence
         */
        void onStep(String reason, String message);
    }

    /**
     * What the authority's Secret is, as the watch has it.
     *
     * @param version changes with each write; empty while there is none
     * @param requested the value of the annotation that asks for a change; empty for none
     */
    public record Request(String version, String requested) {}

    /**
     * A loop.
     *
     * @param store the one of the authority
     * @param trusted whether every sidecar is known to have the authority's bundle as it is
     */
    public RotationLoop(
            CertificateAuthority authority,
            SecretStore store,
            InstantSource clock,
            SecureRandom random,
            BooleanSupplier trusted,
            Progress progress,
            Log log) {
        this.authority = authority;
        this.roots = authority.rootChange();
        this.store = store;
        this.clock = clock;
        this.random = random;
        this.trusted = trusted;
        this.progress = progress;
        this.log = log;
    }

    /**
     * Looks, and takes a step if one is due.
     *
     * @param supply where roots come from; what an issuer has renewed signs at once
     * @throws IOException when the store fails; nothing is lost, and it is to be called again
     */
    public void look(Request request, Supply supply) throws IOException {
        if (request.version().isEmpty()) {
            return;
        }
        if (!request.version().equals(seen) || !supply.equals(supplied)) {
            stage = roots.stage();
            Optional<byte[]> document = store.read(RotationRecord.DOCUMENT);
            remembered =
                    document.isPresent()
                            ? RotationRecord.decode(document.get())
                            : RotationRecord.NONE;
            seen = "";
            source = source(supply);
            seen = request.version();
            supplied = supply;
        }
        X509Certificate root = authority.bundle().roots().getFirst();
        RotationStep step =
                RootRotation.next(
                        new RootRotation.Situation(
                                stage,
                                remembered,
                                request.requested(),
                                root.getNotBefore().toInstant(),
                                root.getNotAfter().toInstant(),
                                authority.lifetime(),
                                stage == Stage.PREPARED && trusted.getAsBoolean(),
                                source,
                                authority.signing().size() > 1),
                        clock.instant());
        take(step);
    }

    /** What follows at once, because the same root is above it, is done here. */
    private RootRotation.Source source(Supply supply) throws IOException {
        return switch (supply) {
            case Supply.Own() -> RootRotation.Source.OWN;
            case Supply.Issuer(Optional<Intermediate> offered) when offered.isEmpty() ->
                    RootRotation.Source.ISSUER;
            case Supply.Issuer(Optional<Intermediate> offered) ->
                    switch (roots.relation(offered.get())) {
                        case IN_USE -> RootRotation.Source.ISSUER;
                        case SAME_ROOT -> {
                            roots.renew(offered.get());
                            told(
                                    "IntermediateRenewed",
                                    "what was issued signs, until " + offered.get().notAfter());
                            yield RootRotation.Source.ISSUER;
                        }
                        case OTHER_ROOT -> RootRotation.Source.ISSUER_OF_ANOTHER_ROOT;
                    };
        };
    }

    private void prepare() throws IOException {
        if (supplied instanceof Supply.Issuer(Optional<Intermediate> offered)
                && offered.isPresent()) {
            roots.prepare(offered.get());
        } else {
            roots.prepare(random);
        }
    }

    private void take(RotationStep step) throws IOException {
        switch (step) {
            case Rest() -> awaited = "";
            case Await(String what) -> {
                if (!what.equals(awaited)) {
                    awaited = what;
                    log.info("change of roots waits", "for", what);
                }
            }
            case Remember(RotationRecord found) -> remember(found);
            case Prepare(String cause, RotationRecord then) -> {
                seen = "";
                prepare();
                remember(then);
                told("RootPrepared", "the next root is trusted, because " + cause);
            }
            case Activate(String cause, RotationRecord then) -> {
                seen = "";
                roots.activate();
                remember(then);
                told("RootActivated", "the next root signs, because " + cause);
            }
            case Retire(RotationRecord then) -> {
                seen = "";
                roots.retireOthers();
                remember(then);
                told("RootsRetired", "the old root is trusted no more; the change is complete");
            }
        }
    }

    /** What the Secret holds now is read again before the next step. */
    private void remember(RotationRecord record) throws IOException {
        seen = "";
        store.write(RotationRecord.DOCUMENT, record.encode());
    }

    private void told(String reason, String message) {
        awaited = "";
        log.info("change of roots", "step", reason, "roots", authority.bundle().roots().size());
        progress.onStep(reason, message);
    }
}
