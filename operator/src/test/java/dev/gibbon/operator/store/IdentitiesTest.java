package dev.gibbon.operator.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.crd.translate.EntityIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class IdentitiesTest {
    private static final UUID ONE = new UUID(0, 1);

    private static UUID natural(String object) {
        return EntityIds.ofMeshService("shop", object);
    }

    private static Identities.Claim claim(
            String object, int day, @Nullable UUID id, @Nullable String name) {
        return new Identities.Claim(
                object,
                natural(object),
                "2026-01-" + (10 + day) + "T00:00:00Z",
                new Extras(id, name, null, null, null));
    }

    @Test
    void anObjectIsCalledAsItIsAndHasItsNaturalId() {
        assertThat(Identities.of(List.of(claim("web", 1, null, null))))
                .isEqualTo(Map.of("web", new Identity(natural("web"), "web")));
    }

    @Test
    void annotationsGiveIdAndNameOrNone() {
        assertThat(Identities.of(List.of(claim("web", 1, ONE, "Other"))))
                .isEqualTo(Map.of("web", new Identity(ONE, "Other")));
        assertThat(Identities.of(List.of(claim("web", 1, ONE, ""))))
                .isEqualTo(Map.of("web", new Identity(ONE, null)));
    }

    @Test
    void aCopyHasNeitherIdNorNameOfTheOlderOne() {
        assertThat(Identities.of(List.of(claim("a-copy", 2, ONE, "x"), claim("web", 1, ONE, "x"))))
                .isEqualTo(
                        Map.of(
                                "web",
                                new Identity(ONE, "x"),
                                "a-copy",
                                new Identity(natural("a-copy"), "a-copy")));
    }

    @Test
    void nobodyTakesTheNaturalIdOfAnother() {
        assertThat(
                        Identities.of(
                                List.of(
                                        claim("thief", 1, natural("web"), null),
                                        claim("web", 2, null, null))))
                .isEqualTo(
                        Map.of(
                                "thief",
                                new Identity(natural("thief"), "thief"),
                                "web",
                                new Identity(natural("web"), "web")));
    }

    @Test
    void aNameBelongsToTheObjectThatIsCalledSo() {
        assertThat(Identities.of(List.of(claim("old", 1, ONE, "web"), claim("web", 2, null, null))))
                .isEqualTo(
                        Map.of(
                                "old",
                                new Identity(ONE, null),
                                "web",
                                new Identity(natural("web"), "web")));
    }

    @Test
    void aNameThatItsObjectGaveUpIsFree() {
        assertThat(
                        Identities.of(
                                List.of(
                                        claim("web", 1, ONE, "renamed"),
                                        claim("other", 2, null, "web"))))
                .isEqualTo(
                        Map.of(
                                "web",
                                new Identity(ONE, "renamed"),
                                "other",
                                new Identity(natural("other"), "web")));
    }

    @Test
    void whateverIsClaimedNoTwoHaveOneIdOrNameAndTheOrderOfReadingDoesNotMatter() {
        Random random = new Random(20_261_126);
        List<String> names = List.of("a", "b", "c", "d");
        for (int round = 0; round < 2_000; round++) {
            List<Identities.Claim> claims = new ArrayList<>();
            for (String object : names) {
                UUID id =
                        switch (random.nextInt(3)) {
                            case 0 -> null;
                            case 1 -> new UUID(0, random.nextInt(2));
                            default -> natural(names.get(random.nextInt(4)));
                        };
                String name = random.nextBoolean() ? null : names.get(random.nextInt(4));
                claims.add(claim(object, random.nextInt(3), id, name));
            }
            Map<String, Identity> identities = Identities.of(claims);
            Collections.shuffle(claims, random);

            assertThat(Identities.of(claims)).isEqualTo(identities);
            assertThat(identities.values()).extracting(Identity::id).doesNotHaveDuplicates();
            List<String> given =
                    identities.values().stream()
                            .map(Identity::name)
                            .filter(Objects::nonNull)
                            .toList();
            assertThat(new HashSet<>(given)).hasSameSizeAs(given);
        }
    }
}
