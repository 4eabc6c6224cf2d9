package dev.gibbon.sidecar.tls;

import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says in one line why a handshake failed. */
public final class TlsFailures {
    private TlsFailures() {}

    /** Why the accepting side of mesh TLS ended a handshake: a label, then a sentence. */
    public static String ofMeshClient(@Nullable Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof RejectedPeerException rejected) {
                return String.valueOf(rejected.getMessage());
            }
            String said = String.valueOf(at.getMessage()).toUpperCase(Locale.ROOT);
            if (said.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")
                    || said.contains("EMPTY CLIENT CERTIFICATE CHAIN")) {
                return "no_certificate: the client sent no certificate";
            }
        }
        return "handshake: " + describe(cause);
    }

    /** The innermost message. */
    public static String describe(@Nullable Throwable cause) {
        if (cause == null) {
            return "unknown";
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root.getMessage() != null) {
            return root.getMessage();
        }
        return root instanceof ClosedChannelException
                ? "the connection was closed"
                : root.getClass().getSimpleName();
    }
}
