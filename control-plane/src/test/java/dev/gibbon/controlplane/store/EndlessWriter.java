package dev.gibbon.controlplane.store;

import dev.gibbon.core.entity.Service;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.schema.EntitySchema;
import java.nio.file.Path;

/** A process that adds Services and prints the id of each that was acknowledged, until killed. */
final class EndlessWriter {
    private static final long LAST = 100_000;

    private EndlessWriter() {}

    public static void main(String[] arguments) {
        try (ConfigStore store = SqliteConfigStore.open(Path.of(arguments[0]), Log.NONE)) {
            long next = store.configuration().services().size() + 1L;
            for (long id = next; id < LAST; id++) {
                Service service = ConfigStoreContract.service(id, null);
                store.edit(draft -> draft.insert(EntitySchema.SERVICES, service));
                System.out.println(service.id());
            }
        }
    }
}
