package dev.gibbon.operator.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.entity.Service;
import dev.gibbon.crd.MeshService;
import dev.gibbon.crd.MeshServiceSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import org.junit.jupiter.api.Test;

/** A watch tells late what own writes have told already. */
final class LedgerTest {
    private final Ledger<MeshService, Service> ledger = new Ledger<>(new ServiceForm(), "shop");

    private static MeshService object(String uid, int version, String host) {
        MeshService object = new MeshService();
        object.setMetadata(
                new ObjectMetaBuilder()
                        .withNamespace("shop")
                        .withName("web")
                        .withUid(uid)
                        .withResourceVersion(String.valueOf(version))
                        .withCreationTimestamp("2026-01-02T03:04:05Z")
                        .build());
        object.setSpec(
                new MeshServiceSpec("http", host, 80, null, null, null, null, null, null, null));
        return object;
    }

    private void assertHosts(String... hosts) {
        assertThat(ledger.entities(ledger.references()))
                .extracting(Service::host)
                .containsExactly(hosts);
    }

    @Test
    void anOlderVersionChangesNothing() {
        assertThat(ledger.see(object("u1", 9, "new"))).isTrue();

        assertThat(ledger.see(object("u1", 8, "old"))).isFalse();
        assertThat(ledger.see(object("u1", 9, "new"))).isFalse();
        assertHosts("new");
    }

    @Test
    void versionsAreComparedAsNumbers() {
        ledger.see(object("u1", 9, "old"));

        assertThat(ledger.see(object("u1", 10, "new"))).isTrue();
        assertHosts("new");
    }

    @Test
    void aNewVersionThatSaysTheSameIsNoChange() {
        ledger.see(object("u1", 1, "a"));

        assertThat(ledger.see(object("u1", 2, "a"))).isFalse();
    }

    @Test
    void whatWasRemovedHereDoesNotComeBackByAWatchThatIsBehind() {
        ledger.see(object("u1", 1, "a"));
        ledger.removed(object("u1", 1, "a"));

        assertThat(ledger.see(object("u1", 2, "a"))).isFalse();
        assertHosts();
        assertThat(ledger.gone(object("u1", 3, "a"))).isFalse();
    }

    @Test
    void theEndOfAnObjectIsNotTheEndOfItsSuccessor() {
        ledger.see(object("u1", 1, "a"));
        ledger.removed(object("u1", 1, "a"));
        ledger.see(object("u2", 5, "b"));

        assertThat(ledger.gone(object("u1", 3, "a"))).isFalse();
        assertHosts("b");
    }

    @Test
    void whatTheWatchTellsTheEndOfIsGone() {
        ledger.see(object("u1", 1, "a"));

        assertThat(ledger.gone(object("u1", 2, "a"))).isTrue();
        assertHosts();
    }

    @Test
    void anObjectThatBreaksRulesIsNoEntityButHasItsName() {
        ledger.see(object("u1", 1, "a:80"));

        assertHosts();
        assertThat(ledger.has("web")).isTrue();
        assertThat(ledger.references().service("web")).isEmpty();
    }
}
