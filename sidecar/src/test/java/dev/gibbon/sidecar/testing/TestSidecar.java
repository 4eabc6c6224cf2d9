package dev.gibbon.sidecar.testing;

import dev.gibbon.core.decision.Decider;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.DataPath;
import dev.gibbon.sidecar.listener.HttpEntry;
import dev.gibbon.sidecar.listener.Limits;
import dev.gibbon.sidecar.listener.ListenerSpec;
import dev.gibbon.sidecar.relay.Endings;
import dev.gibbon.sidecar.tls.MeshIdentity;
import dev.gibbon.sidecar.tls.PeerVerifier;
import dev.gibbon.sidecar.upstream.Destinations;
import dev.gibbon.sidecar.upstream.HostResolver;
import io.netty.channel.EventLoopGroup;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One data path on a loopback address, with a configuration that can be changed. */
public final class TestSidecar implements AutoCloseable {
    /** Names that end in {@code .test} are 127.0.0.1; there are no others. */
    public static final HostResolver RESOLVER =
            (loop, host) ->
                    host.endsWith(".test")
                            ? loop.newSucceededFuture(List.of(IpAddress.of("127.0.0.1")))
                            : loop.newFailedFuture(new UnknownHostException(host));

    private static final X509Bundle CERTIFICATE = selfSigned();

    public final RecordingTelemetry telemetry = new RecordingTelemetry();
    public final AtomicReference<Decider> decider = new AtomicReference<>(new Config().decider());
    public final AtomicReference<@Nullable MeshIdentity> identity = new AtomicReference<>();
    public final DataPath path;
    private final String ip;

    public TestSidecar(EventLoopGroup loops, String ip, PeerVerifier verifier) {
        this(
                loops,
                ip,
                verifier,
                limits(),
                List.of(),
                (channel, arrival, scheme, sni) -> Endings.close(channel));
    }

    public TestSidecar(
            EventLoopGroup loops,
            String ip,
            PeerVerifier verifier,
            Limits limits,
            List<X509Certificate> authorities,
            HttpEntry http) {
        this.ip = ip;
        try {
            path =
                    new DataPath(
                            new DataPath.Parts(
                                    loops,
                                    decider::get,
                                    identity::get,
                                    verifier,
                                    new DataPath.DefaultCertificate(
                                            CERTIFICATE.getKeyPair().getPrivate(),
                                            List.of(CERTIFICATE.getCertificate())),
                                    Destinations.NONE,
                                    authorities,
                                    telemetry,
                                    new TestLog(ip),
                                    limits,
                                    RESOLVER,
                                    false),
                            (connector, balancer) -> http);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Short limits, so that a test of them is quick. */
    public static Limits limits() {
        return new Limits(
                10_000,
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                Duration.ofSeconds(75),
                8 * 1024,
                64 * 1024);
    }

    private static X509Bundle selfSigned() {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject("CN=default")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The certificate that clients see by default. */
    public static X509Certificate certificate() {
        return CERTIFICATE.getCertificate();
    }

    public IpPort listen(ListenerSpec.Kind kind, boolean ssl) {
        try {
            return path.open(
                            List.of(
                                    new ListenerSpec(
                                            new IpPort(IpAddress.of(ip), 0), kind, ssl, false)))
                    .getFirst()
                    .address();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public IpPort listenStream() {
        return listen(ListenerSpec.Kind.STREAM, false);
    }

    @Override
    public void close() {
        path.close();
    }
}
