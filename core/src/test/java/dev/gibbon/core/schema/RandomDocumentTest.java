package dev.gibbon.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever JSON can say is either an entity that survives being written, or violations. */
@NullMarked
class RandomDocumentTest {
    private static final int DOCUMENTS = 50_000;
    private static final List<String> TEXTS =
            List.of(
                    "",
                    "a",
                    "*",
                    "*.a",
                    "a.*",
                    "::1",
                    "[::1]",
                    "[",
                    "1.2.3.4",
                    "10.0.0.0/8",
                    "/",
                    "/a",
                    "//",
                    "/(",
                    "/[",
                    "/a{9}",
                    "/%",
                    "http",
                    "tcp",
                    "GET",
                    "@entity",
                    "1.2",
                    "tcp://[::1]:1",
                    "://",
                    ":",
                    "http://:",
                    "\u0000",
                    "\ud800",
                    Documents.ID);

    private final Random random = new Random(20_26);

    @Test
    void noDocumentMakesASchemaThrow() {
        int valid = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            valid += survives(EntitySchema.SERVICES) ? 1 : 0;
            valid += survives(EntitySchema.ROUTES) ? 1 : 0;
        }

        assertThat(valid).isBetween(100, DOCUMENTS);
    }

    private <T> boolean survives(EntitySchema<T> schema) {
        Map<String, @Nullable Object> document = Documents.document();
        List<String> names = List.copyOf(schema.fields().keySet());
        int fields = random.nextInt(4);
        if (schema instanceof RouteSchema) {
            document.put("hosts", List.of("h"));
        } else {
            document.put("host", "h");
        }
        for (int i = 0; i < fields; i++) {
            String name =
                    random.nextInt(20) == 0 ? text() : names.get(random.nextInt(names.size()));
            document.put(name, value(0));
        }
        return switch (schema.read(document)) {
            case Validated.Valid<T>(var entity) -> {
                assertThat(schema.read(schema.write(entity)))
                        .isEqualTo(new Validated.Valid<>(entity));
                yield true;
            }
            case Validated.Invalid<T>(var violations) -> {
                ViolationTree tree = new ViolationTree(violations);
                assertThat(tree.message()).startsWith(violations.size() == 1 ? "schema " : "");
                assertThat(tree.fields()).isNotEmpty();
                yield false;
            }
        };
    }

    private @Nullable Object value(int depth) {
        return switch (random.nextInt(depth > 2 ? 6 : 9)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> random.nextInt(3);
            case 4 -> new BigDecimal("1e400");
            case 5 -> text();
            case 6 -> record(depth);
            default -> list(depth);
        };
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private List<@Nullable Object> list(int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            list.add(value(depth + 1));
        }
        return list;
    }

    private Map<String, @Nullable Object> record(int depth) {
        Map<String, @Nullable Object> record = new LinkedHashMap<>();
        for (String name : List.of("id", "ip", "port", text())) {
            if (random.nextBoolean()) {
                record.put(name, value(depth + 1));
            }
        }
        return record;
    }
}
