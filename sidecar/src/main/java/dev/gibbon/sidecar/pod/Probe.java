package dev.gibbon.sidecar.pod;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question that the kubelet would have put to the application, had it not been captured.
 *
 * @param timeout for the whole of it
 */
record Probe(Action action, Duration timeout) {

    /** What is asked. */
    sealed interface Action {

        /** 1-65535. */
        int port();
    }

    /**
     * A GET whose status must be 200-399.
     *
     * @param path with its query string; begins with a slash
     * @param tls without verification, as the kubelet does
     * @param host the pod's address when null
     * @param headers name and value in turn
     */
    record Http(int port, String path, boolean tls, @Nullable String host, List<Header> headers)
            implements Action {
        Http {
            headers = List.copyOf(headers);
        }
    }

    /** A field of a request. */
    record Header(String name, String value) {}

    /** A connection that must be accepted. */
    record Tcp(int port) implements Action {}

    /**
     * A call of {@code grpc.health.v1.Health/Check} that must say SERVING.
     *
     * @param service empty for the server as a whole
     */
    record Grpc(int port, String service) implements Action {}
}
