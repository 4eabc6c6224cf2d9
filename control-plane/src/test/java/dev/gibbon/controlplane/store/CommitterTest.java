package dev.gibbon.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gibbon.core.entity.Service;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.schema.EntitySchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stores with writers beside them need of the part that all stores share. */
final class CommitterTest {
    private static final Service WEB = ConfigStoreContract.service(1, "web");
    private static final Service NAMELESS = ConfigStoreContract.service(2, null);

    /** Has no form for what has no name. */
    private static final class NamesOnly implements Committer.Journal {
        private final List<Draft.Change> kept = new ArrayList<>();

        @Override
        public void append(long revision, List<Draft.Change> changes) {
            kept.addAll(changes);
        }

        @Override
        public <T> Optional<String> objectionTo(EntitySchema<T> kind, T entity) {
            return kind.name(entity) == null ? Optional.of("needs a name") : Optional.empty();
        }
    }

    private final NamesOnly journal = new NamesOnly();
    private final Committer committer = new Committer(Tables.empty(), 0, journal, Log.NONE);

    @Test
    void whatOthersWroteIsARevisionAndToldToFollowers() {
        List<Configuration> seen = new ArrayList<>();
        committer.follow(seen::add);

        committer.refresh(() -> Tables.of(List.of(WEB), List.of()));

        assertThat(seen)
                .containsExactly(
                        new Configuration(0, List.of(), List.of()),
                        new Configuration(1, List.of(WEB), List.of()));
        assertThat(committer.tables().find(EntitySchema.SERVICES, "web")).contains(WEB);
        assertThat(journal.kept).isEmpty();
    }

    @Test
    void whatIsKnownAlreadyIsNoRevision() {
        committer.edit(draft -> draft.put(EntitySchema.SERVICES, WEB));

        committer.refresh(() -> Tables.of(List.of(WEB), List.of()));

        assertThat(committer.configuration().revision()).isEqualTo(1);
    }

    @Test
    void aFollowerOfWhatOthersWroteMayNotEditEither() {
        List<Throwable> thrown = new ArrayList<>();
        committer.follow(configuration -> {
            if (configuration.revision() > 0) {
                thrown.add(
                        Objects.requireNonNull(
                                catchThrowable(() ->
                                        committer.edit(
                                                draft -> draft.put(EntitySchema.SERVICES, WEB)))));
            }
        });

        committer.refresh(() -> Tables.of(List.of(WEB), List.of()));

        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatHasNoFormIsRefusedAfterWhatBreaksTheConfiguration() {
        committer.edit(draft -> draft.put(EntitySchema.SERVICES, WEB));

        assertThat(
                        committer.<Optional<Refusal>>edit(draft -> {
                            draft.put(
                                    EntitySchema.SERVICES, ConfigStoreContract.service(3, "other"));
                            return draft.put(EntitySchema.SERVICES, NAMELESS);
                        }))
                .contains(new Refusal.NotKept("services", "needs a name"));
        assertThat(
                        committer.<Optional<Refusal>>edit(draft ->
                                draft.insert(
                                        EntitySchema.SERVICES,
                                        ConfigStoreContract.service(1, null))))
                .contains(new Refusal.IdTaken("services", WEB.id()));
        assertThat(committer.configuration().services()).containsExactly(WEB);
        assertThat(journal.kept).containsExactly(new Draft.Change.PutService(WEB));
    }

    @Test
    void aJournalThatFailsLeavesTheConfigurationAsItIs() {
        Committer failing =
                new Committer(
                        Tables.empty(),
                        0,
                        (revision, changes) -> {
                            throw new StoreException("full");
                        },
                        Log.NONE);

        assertThatThrownBy(() -> failing.edit(draft -> draft.put(EntitySchema.SERVICES, WEB)))
                .isInstanceOf(StoreException.class);
        assertThat(failing.configuration()).isEqualTo(new Configuration(0, List.of(), List.of()));
    }
}
