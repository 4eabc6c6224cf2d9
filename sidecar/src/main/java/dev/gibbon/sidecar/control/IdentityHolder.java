package dev.gibbon.sidecar.control;

import dev.gibbon.core.identity.TrustBundle;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The current identity. Reading costs one volatile read. Listeners are told of each change, on the
 * thread that made it; they must not block.
 */
public final class IdentityHolder {
    private final List<Consumer<Identity>> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Identity current;

    /** The identity; empty until the first certificate has come. */
    public Optional<Identity> current() {
        return Optional.ofNullable(current);
    }

    /** Adds a listener for changes to come. */
    public void onChange(Consumer<Identity> listener) {
        listeners.add(listener);
    }

    /** Replaces key and certificate. */
    synchronized void replace(Identity identity) {
        current = identity;
        listeners.forEach(listener -> listener.accept(identity));
    }

    /** Trusts another bundle, as the feed says, with the key and certificate there are. */
    public synchronized void trust(TrustBundle bundle) {
        Identity old = current;
        if (old != null && !old.bundle().equals(bundle)) {
            replace(new Identity(old.key(), old.certificates(), bundle));
        }
    }
}
