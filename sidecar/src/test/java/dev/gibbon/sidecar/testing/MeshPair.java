package dev.gibbon.sidecar.testing;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.StreamRule;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.Socket;

/**
 * Sidecar A at 127.0.0.3 in front of a client, sidecar B at 127.0.0.4 in front of an application.
 * The Service's address is B's listener; B's origins lead from there to the application.
 */
public final class MeshPair implements AutoCloseable {
    public final Pki pki = Pki.create("mesh");
    public final TestSidecar a;
    public final TestSidecar b;
    public final IpPort listenerA;
    public final IpPort listenerB;

    public MeshPair(EventLoopGroup loops) {
        SimpleVerifier verifier = new SimpleVerifier(pki.authority().getCertificate());
        a = new TestSidecar(loops, "127.0.0.3", verifier);
        b = new TestSidecar(loops, "127.0.0.4", verifier);
        a.identity.set(pki.identity("a", "127.0.0.6"));
        b.identity.set(pki.identity("b", "127.0.0.4"));
        listenerA = a.listenStream();
        listenerB = b.listenStream();
    }

    /** What A runs: everything goes to B, from 127.0.0.6. */
    public Config near(Protocol protocol) {
        return new Config()
                .mesh()
                .streamBind("127.0.0.6")
                .route(
                        StreamRule.Bytes.OPAQUE,
                        protocol,
                        listenerB.ip().toString(),
                        listenerB.port());
    }

    /** What B runs: the Service is the application. */
    public Config far(Protocol protocol, IpPort app, Protocol appProtocol) {
        return new Config()
                .mesh()
                .workload(listenerA)
                .route(
                        StreamRule.Bytes.OPAQUE,
                        protocol,
                        listenerB.ip().toString(),
                        listenerB.port())
                .origin(listenerB, protocol, app, appProtocol);
    }

    /** Mandatory mesh TLS between A and B for a tcp Service. */
    public void registered(IpPort app) {
        a.decider.set(near(Protocol.TCP).member("b", listenerB).decider());
        b.decider.set(
                far(Protocol.TCP, app, Protocol.TCP)
                        .client("a", "127.0.0.6")
                        .member("b", listenerB)
                        .decider());
    }

    /** Plain TCP between A and B. */
    public void plain(IpPort app) {
        a.decider.set(near(Protocol.TCP).decider());
        b.decider.set(far(Protocol.TCP, app, Protocol.TCP).decider());
    }

    public Socket connect() throws IOException {
        Socket socket =
                new Socket(
                        listenerA.ip().toInetAddress(),
                        listenerA.port(),
                        IpAddress.of("127.0.0.2").toInetAddress(),
                        0);
        socket.setSoTimeout(20_000);
        return socket;
    }

    @Override
    public void close() {
        a.close();
        b.close();
    }
}
