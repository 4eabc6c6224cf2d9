package dev.gibbon.core.decision;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import java.time.Duration;

/**
 * What happens to connections that are meant for a pod's application: they are delivered where they
 * were addressed to, as mesh legs, or plain where the mesh is permissive.
 */
final class PodInbound {
    /**
     * A client that has a sidecar speaks first, with a ClientHello. One that has not after this
     * time was let past its sidecar, and may wait for the application to speak.
     */
    static final Duration MEMBER_SILENCE = Duration.ofSeconds(1);

    private final ConfigSnapshot config;
    private final PodNode pod;

    PodInbound(ConfigSnapshot config, PodNode pod) {
        this.config = config;
        this.pod = pod;
    }

    StreamDecision decide(Arrival arrival, FirstBytes bytes) {
        IpPort target = arrival.destination();
        if (!pod.addresses().contains(target.ip())) {
            return new StreamDecision.Refuse(
                    CloseReason.NOT_LOCAL,
                    "destination " + target + " is not an address of this pod");
        }
        if (bytes instanceof FirstBytes.Tls(var _, var alpn) && alpn.contains(config.meshAlpn())) {
            return new StreamDecision.AcceptMesh();
        }
        boolean strict = PodDecider.isStrict(config);
        Upstream application = application(arrival, Protocol.TCP);
        if (bytes instanceof FirstBytes.Unknown) {
            if (strict) {
                return new StreamDecision.Wait(null);
            }
            boolean member = config.isSidecar(arrival.client().ip());
            return new StreamDecision.Wait(application, member ? MEMBER_SILENCE : Duration.ZERO);
        }
        return strict
                ? new StreamDecision.Refuse(
                        CloseReason.MESH_REQUIRED,
                        "strict mode: the client at "
                                + arrival.client()
                                + " does not speak mesh TLS")
                : new StreamDecision.Forward(application, false);
    }

    /** The application, at the address that the client has dialled. */
    static Upstream application(Arrival arrival, Protocol protocol) {
        IpPort target = arrival.destination();
        return new Upstream(target.ip().toString(), target.port(), protocol, null, null, true);
    }
}
