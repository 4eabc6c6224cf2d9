package dev.gibbon.sidecar.control;

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
