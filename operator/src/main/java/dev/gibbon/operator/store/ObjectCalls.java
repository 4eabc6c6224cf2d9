package dev.gibbon.operator.store;

import dev.gibbon.controlplane.store.StoreException;
import dev.gibbon.crd.MeshStatus;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes objects of a kind, each only if it is what it is thought to be. What others write that
 * does not concern the entity, e.g. a status, is no obstacle. A call whose answer was lost, and
 * which the client repeated, is recognised by what it wrote. Blocks.
 *
 * @param <R> the kind
 */
final class ObjectCalls<R extends CustomResource<?, MeshStatus>> {
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    private static final int ATTEMPTS = 5;

    private final NonNamespaceOperation<R, KubernetesResourceList<R>, Resource<R>> objects;

    ObjectCalls(NonNamespaceOperation<R, KubernetesResourceList<R>, Resource<R>> objects) {
        this.objects = objects;
    }

    /** All there are. */
    List<R> list() {
        try {
            return objects.list().getItems();
        } catch (KubernetesClientException e) {
            throw new StoreException("store: the API server does not list: " + reason(e), e);
        }
    }

    /**
     * Makes an object.
     *
     * @return as it is kept
     */
    R create(R wanted) {
        try {
            return objects.resource(wanted).create();
        } catch (KubernetesClientException e) {
            R there = e.getCode() == CONFLICT ? get(wanted) : null;
            if (there != null && saysTheSame(there, wanted)) {
                return there;
            }
            throw there == null ? failed("made", wanted, e) : changedMeanwhile(wanted, e);
        }
    }

    /** An id is given once, so an object with the same extras is the one that was to be made. */
    private boolean saysTheSame(R there, R wanted) {
        Extras extras = Extras.of(wanted);
        return extras.id() != null && extras.equals(Extras.of(there));
    }

    /**
     * Replaces an object.
     *
     * @param rewrite what it shall be, made of what it is, its version included
     * @return as it is kept
     */
    R replace(R known, UnaryOperator<R> rewrite) {
        R now = known;
        for (int attempt = 1; ; attempt++) {
            R wanted = rewrite.apply(now);
            try {
                return objects.resource(wanted).update();
            } catch (KubernetesClientException e) {
                R there = e.getCode() == CONFLICT ? get(known) : null;
                if (there != null && Ledger.isSame(there, wanted)) {
                    return there;
                }
                now = next("changed", known, there, attempt, e);
            }
        }
    }

    /** Removes an object; one that is gone is removed already. */
    void delete(R known) {
        R now = known;
        for (int attempt = 1; ; attempt++) {
            try {
                objects.resource(now).lockResourceVersion().delete();
                return;
            } catch (KubernetesClientException e) {
                R there = e.getCode() == CONFLICT ? get(known) : null;
                boolean gone =
                        e.getCode() == NOT_FOUND || (e.getCode() == CONFLICT && there == null);
                if (gone) {
                    return;
                }
                now = next("removed", known, there, attempt, e);
            }
        }
    }

    /** What to go on with after a conflict. */
    private R next(
            String done, R known, @Nullable R there, int attempt, KubernetesClientException e) {
        if (e.getCode() == CONFLICT || e.getCode() == NOT_FOUND) {
            if (there == null || !Ledger.isSame(there, known) || attempt == ATTEMPTS) {
                throw changedMeanwhile(known, e);
            }
            return there;
        }
        throw failed(done, known, e);
    }

    private @Nullable R get(R object) {
        try {
            return objects.withName(object.getMetadata().getName()).get();
        } catch (KubernetesClientException e) {
            throw failed("read", object, e);
        }
    }

    /** What an object is called in messages, e.g. {@code MeshRoute shop/checkout}. */
    static String name(CustomResource<?, ?> object) {
        return object.getKind()
                + " "
                + object.getMetadata().getNamespace()
                + "/"
                + object.getMetadata().getName();
    }

    private StoreException failed(String done, R object, KubernetesClientException e) {
        return new StoreException(
                "store: " + name(object) + " could not be " + done + ": " + reason(e), e);
    }

    private StoreException changedMeanwhile(R object, KubernetesClientException e) {
        return new StoreException(
                "store: "
                        + name(object)
                        + " was made, changed or removed by someone else meanwhile; look at it"
                        + " and try again",
                e);
    }

    private static String reason(KubernetesClientException e) {
        var status = e.getStatus();
        return String.valueOf(
                status == null || status.getMessage() == null
                        ? e.getMessage()
                        : status.getMessage());
    }
}
