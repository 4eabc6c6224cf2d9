package dev.gibbon.operator.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.crd.MeshService;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExtrasTest {
    private static final Extras NONE = new Extras(null, null, null, null, null);

    private static Extras read(Map<String, String> annotations) {
        MeshService object = new MeshService();
        object.setMetadata(
                new ObjectMetaBuilder().withName("web").withAnnotations(annotations).build());
        return Extras.of(object);
    }

    @Test
    void whatIsWrittenIsReadAndOtherAnnotationsStay() {
        for (Extras extras :
                List.of(
                        NONE,
                        new Extras(new UUID(0, 7), "", 1L, 2L, List.of()),
                        new Extras(null, "web", 1_700_000_000L, null, List.of("a", "b~c")))) {
            Map<String, String> annotations =
                    extras.in("web", Map.of("team", "shop", "gibbon.dev/tags", "old"));

            assertThat(read(annotations)).isEqualTo(extras);
            assertThat(annotations).containsEntry("team", "shop");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gibbon.dev/id|7",
                "gibbon.dev/id|web",
                "gibbon.dev/name|a b",
                "gibbon.dev/name|a/b",
                "gibbon.dev/created-at|0",
                "gibbon.dev/created-at|-1",
                "gibbon.dev/created-at|99999999999999999999",
                "gibbon.dev/updated-at|2026-01-02",
                "gibbon.dev/tags|a,,b",
                "gibbon.dev/tags|a,",
                "gibbon.dev/tags|,a",
                "gibbon.dev/tags|a b"
            })
    void whatIsNotWellFormedIsAsGoodAsAbsent(String annotation, String value) {
        assertThat(read(Map.of("gibbon.dev/object", "web", annotation, value))).isEqualTo(NONE);
    }

    @Test
    void onACopyOnlyTheTagsCount() {
        Extras extras = new Extras(new UUID(0, 7), "x", 1L, 2L, List.of("a"));

        assertThat(read(extras.in("other", Map.of())))
                .isEqualTo(new Extras(null, null, null, null, List.of("a")));
    }
}
