package dev.gibbon.sidecar.control;

import java.nio.file.Path;

/** Where the control plane is, and how it is recognised. */
public sealed interface ControlPlane {

    /**
     * On this host, behind a Unix socket in the abstract name space.
     *
     * @param name without the leading NUL, e.g. {@code gibbon/control-plane}
     */
    record Local(String name) implements ControlPlane {
        @Override
        public String toString() {
            return "unix:@" + name;
        }
    }

    /**
     * In the cluster, behind TLS. It is recognised by the authorities in a file that others keep up
     * to date.
     *
     * @param port 1-65535
     * @param roots certificates in PEM
     */
    record Cluster(String host, int port, Path roots) implements ControlPlane {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * On another host, behind TLS. It is recognised by the pin of its authority until there is a
     * trust bundle, then by that.
     *
     * @param port 1-65535
     * @param pin see {@link dev.gibbon.core.join.JoinToken#pin}
     * @param secret of the join token; never in logs
     */
    record Remote(String host, int port, String pin, String secret) implements ControlPlane {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }
}
