package dev.gibbon.operator.store;

import dev.gibbon.core.log.Log;
import dev.gibbon.crd.MeshStatus;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Brings what a watch tells of a kind into its ledger. */
final class Follower<R extends CustomResource<?, MeshStatus>> implements ResourceEventHandler<R> {
    private final Ledger<R, ?> ledger;
    private final Consumer<BooleanSupplier> guard;
    private final Log log;

    /**
     * A follower.
     *
     * @param guard runs a change of the ledger, which gives whether entities may have changed
     */
    Follower(Ledger<R, ?> ledger, Consumer<BooleanSupplier> guard, Log log) {
        this.ledger = ledger;
        this.guard = guard;
        this.log = log;
    }

    @Override
    public void onAdd(R object) {
        take(object, () -> ledger.see(object));
    }

    @Override
    public void onUpdate(R before, R object) {
        take(object, () -> ledger.see(object));
    }

    @Override
    public void onDelete(R object, boolean deletedFinalStateUnknown) {
        take(object, () -> ledger.gone(object));
    }

    private void take(R object, BooleanSupplier change) {
        try {
            guard.accept(change);
        } catch (RuntimeException e) {
            // One object that is not as expected must not stop the others.
            log.error("object could not be read", "object", ObjectCalls.name(object), "error", e);
        }
    }
}
