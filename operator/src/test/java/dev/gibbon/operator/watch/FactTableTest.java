package dev.gibbon.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.log.Log;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FactTableTest {
    private final AtomicInteger changes = new AtomicInteger();
    private final FactTable<ConfigMap, String> table =
            new FactTable<>(FactTableTest::read, changes::incrementAndGet, Log.NONE);

    /** Of objects with data; one without any is of no interest, and one that is broken throws. */
    private static Optional<String> read(ConfigMap map) {
        if (map.getData().containsKey("broken")) {
            throw new IllegalArgumentException("broken");
        }
        return Optional.ofNullable(map.getData().get("key"));
    }

    @Test
    void changesOfFactsCountAndNoOthers() {
        table.onAdd(map("a", "key", "1"));
        table.onUpdate(map("a", "key", "1"), map("a", "key", "1", "noise", "x"));
        assertThat(changes).hasValue(1);

        table.onUpdate(map("a", "key", "1"), map("a", "key", "2"));
        assertThat(changes).hasValue(2);
        assertThat(table.get("shop", "a")).contains("2");

        table.onDelete(map("a", "key", "old"), true);
        table.onDelete(map("a", "key", "old"), false);
        assertThat(changes).hasValue(3);
        assertThat(table.all()).isEmpty();
    }

    @Test
    void objectThatLosesItsInterestIsForgotten() {
        table.onAdd(map("a", "key", "1"));
        table.onUpdate(map("a", "key", "1"), map("a", "other", "1"));

        assertThat(table.get("shop", "a")).isEmpty();
        assertThat(changes).hasValue(2);
    }

    @Test
    void objectThatCannotBeReadSpoilsNoOtherAndKeepsItsLastFact() {
        table.onAdd(map("a", "key", "1"));
        table.onUpdate(map("a", "key", "1"), map("a", "broken", ""));
        table.onAdd(map("b", "key", "2"));

        assertThat(table.all()).containsExactly("1", "2");
    }

    @Test
    void whoWaitsSeesTheChange() throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<String>> waiting =
                    executor.submit(() -> table.await("shop", "a", "2"::equals, 30_000));
            table.onAdd(map("a", "key", "1"));
            table.onUpdate(map("a", "key", "1"), map("a", "key", "2"));

            assertThat(waiting.get(30, TimeUnit.SECONDS)).contains("2");
        }
    }

    @Test
    void waitEndsWithWhatThereIs() throws Exception {
        assertThat(table.await("shop", "a", "2"::equals, 0)).isEmpty();
        table.onAdd(map("a", "key", "1"));
        assertThat(table.await("shop", "a", "2"::equals, 0)).contains("1");
    }

    private static ConfigMap map(String name, String... data) {
        ConfigMapBuilder map =
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName(name)
                        .endMetadata();
        for (int i = 0; i < data.length; i += 2) {
            map.addToData(data[i], data[i + 1]);
        }
        return map.build();
    }
}
