package dev.gibbon.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EntityKeyTest {

    @Test
    void aUuidIsAnIdInAnyCase() {
        assertThat(EntityKey.parse(Documents.ID.toUpperCase(Locale.ROOT)))
                .isEqualTo(new EntityKey.Id(UUID.fromString(Documents.ID)));
    }

    @Test
    void otherWordsAreNames() {
        assertThat(EntityKey.parse("web-1")).isEqualTo(new EntityKey.Name("web-1"));
    }

    @Test
    void textThatNoEntityCanHaveIsNeither() {
        assertThat(EntityKey.parse("a b"))
                .isEqualTo(
                        new EntityKey.Neither(
                                "invalid value 'a b': it must only contain alphanumeric and '., -,"
                                        + " _, ~' characters"));
        assertThat(EntityKey.parse(""))
                .isEqualTo(new EntityKey.Neither("length must be at least 1"));
    }
}
