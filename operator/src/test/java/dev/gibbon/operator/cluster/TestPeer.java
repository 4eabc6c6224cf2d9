package dev.gibbon.operator.cluster;

import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedConfig;
import dev.gibbon.core.feed.FeedMessage;
import dev.gibbon.core.feed.FeedMessage.Subscribe;
import dev.gibbon.core.feed.FeedResource.DestinationResource;
import dev.gibbon.core.feed.FeedState;
import dev.gibbon.core.feed.FeedStep;
import dev.gibbon.core.join.CertificateGrant;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A sidecar's half of order and feed, with the JDK's own TLS. One thread. */
final class TestPeer implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final IpPort server;
    private final String roots;
    private final KeyPair keys = P256.generate(new SecureRandom());
    private final FeedState state;
    private final String name;
    private @Nullable SSLSocket socket;
    private @Nullable InputStream in;

    TestPeer(IpPort server, String roots, String name) {
        this.server = server;
        this.roots = roots;
        this.name = name;
        this.state = new FeedState(name);
    }

    /** What {@code POST /v1/certificates} answers: head and body. */
    String order(@Nullable String token) throws Exception {
        CertificateOrder order =
                new CertificateOrder(
                        Pem.ofRequest(CertificateRequest.create(keys)),
                        name,
                        List.of(IpAddress.of("192.0.2.1")),
                        List.of(),
                        token);
        byte[] body = order.encode();
        try (SSLSocket http = connect("http/1.1", null)) {
            String head =
                    "POST /v1/certificates HTTP/1.1\r\nHost: x\r\nContent-Length: "
                            + body.length
                            + "\r\n\r\n";
            http.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            http.getOutputStream().write(body);
            http.getOutputStream().flush();
            return new String(http.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    CertificateGrant certify(String token) throws Exception {
        String answer = order(token);
        if (!answer.startsWith("HTTP/1.1 200 ")) {
            throw new AssertionError(answer);
        }
        return CertificateGrant.decode(
                answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.UTF_8));
    }

    /** Opens the feed and says hello, and what is wanted. */
    void join(CertificateGrant grant, String... wanted) throws Exception {
        SSLSocket feed = connect("gibbon-feed/1", grant);
        socket = feed;
        in = new BufferedInputStream(feed.getInputStream());
        say(state.connect());
        subscribe(wanted);
    }

    void subscribe(String... wanted) throws IOException {
        say(new Subscribe(DestinationResource.KIND, List.of(wanted)));
    }

    /** Reads, applies and acknowledges until a configuration is as wanted. */
    FeedConfig await(Predicate<FeedConfig> wanted) throws IOException {
        while (true) {
            switch (state.receive(line())) {
                case FeedStep.Wait() -> {}
                case FeedStep.Answer(FeedMessage message) -> say(message);
                case FeedStep.Apply(FeedConfig config) -> {
                    say(state.accept());
                    if (wanted.test(config)) {
                        return config;
                    }
                }
                case FeedStep.Disconnect(String reason) -> throw new AssertionError(reason);
            }
        }
    }

    private byte[] line() throws IOException {
        InputStream from = in;
        if (from == null) {
            throw new IllegalStateException("join() first");
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = from.read(); b != '\n'; b = from.read()) {
            if (b < 0) {
                throw new EOFException("the feed has ended");
            }
            line.write(b);
        }
        return line.toByteArray();
    }

    private void say(FeedMessage message) throws IOException {
        SSLSocket feed = socket;
        if (feed == null) {
            throw new IllegalStateException("join() first");
        }
        feed.getOutputStream().write(FeedCodec.encode(message));
        feed.getOutputStream().write('\n');
        feed.getOutputStream().flush();
    }

    private SSLSocket connect(String protocol, @Nullable CertificateGrant grant) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        int count = 0;
        for (var root :
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(
                                        roots.getBytes(StandardCharsets.US_ASCII)))) {
            trusted.setCertificateEntry("root" + count++, root);
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory shown = KeyManagerFactory.getInstance("SunX509");
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (grant != null) {
            own.setKeyEntry(
                    "key",
                    keys.getPrivate(),
                    new char[0],
                    grant.chain().toArray(X509Certificate[]::new));
        }
        shown.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(shown.getKeyManagers(), trust.getTrustManagers(), null);
        SSLSocket opened =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(server.ip().toInetAddress(), server.port());
        opened.setSoTimeout(TIMEOUT_MILLIS);
        SSLParameters parameters = opened.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        opened.setSSLParameters(parameters);
        opened.startHandshake();
        return opened;
    }

    @Override
    public void close() throws IOException {
        SSLSocket feed = socket;
        if (feed != null) {
            feed.close();
        }
    }
}
