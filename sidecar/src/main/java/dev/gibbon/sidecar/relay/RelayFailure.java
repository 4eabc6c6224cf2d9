package dev.gibbon.sidecar.relay;

import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What an exception of a channel says about the connection. */
final class RelayFailure {
    private RelayFailure() {}

    static boolean isTls(@Nullable Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    static @Nullable String describe(@Nullable Throwable cause) {
        if (cause == null) {
            return null;
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }
}
