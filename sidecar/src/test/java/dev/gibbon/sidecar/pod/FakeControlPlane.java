package dev.gibbon.sidecar.pod;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.feed.Decoded;
import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedConversation;
import dev.gibbon.core.feed.FeedMessage;
import dev.gibbon.core.feed.FeedResource;
import dev.gibbon.core.feed.FeedResource.AddressCheck;
import dev.gibbon.core.feed.FeedResource.BundleResource;
import dev.gibbon.core.feed.FeedResource.DestinationResource;
import dev.gibbon.core.feed.FeedResource.SettingsResource;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.feed.FeedSnapshot;
import dev.gibbon.core.feed.FeedSource;
import dev.gibbon.core.feed.ResourceKey;
import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustBundle;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.join.CertificateGrant;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.CertificateRequest;
import dev.gibbon.core.x509.Names;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.Validity;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A control plane of a cluster as a program, for tests: signs certificates for pods that it was
 * told of, and speaks the feed. Commands come as lines on its standard input, each answered by
 * {@code done}: {@code pod NAME ACCOUNT ADDRESSES}, an {@code upsert} as the feed has it, {@code
 * publish}, {@code away} and {@code back}.
 */
final class FakeControlPlane {
    static final TrustDomain MESH = TrustDomain.parse("mesh-1").orElseThrow();
    private static final char[] NO_SECRET = "none".toCharArray();

    private record Registered(String account, List<IpAddress> addresses) {}

    private final SecureRandom random = new SecureRandom();
    private final CertificateIssuer issuer = new CertificateIssuer(random);
    private final KeyPair rootKeys = P256.generate(random);
    private final X509Certificate root =
            issuer.root(rootKeys, "root", Validity.from(Instant.now(), Duration.ofDays(1)));
    private final TrustBundle bundle = new TrustBundle(MESH, List.of(root));
    private final Map<String, Registered> pods = new ConcurrentHashMap<>();
    private final Map<ResourceKey, FeedResource> resources = new TreeMap<>();
    private final Set<Peer> peers = new CopyOnWriteArraySet<>();
    private final InetSocketAddress address;
    private long revision;
    private int left;
    private @Nullable SSLServerSocket listener;

    private FakeControlPlane(InetSocketAddress address) {
        this.address = address;
    }

    public static void main(String[] arguments) throws Exception {
        FakeControlPlane controlPlane =
                new FakeControlPlane(
                        new InetSocketAddress(
                                InetAddress.getByName(arguments[0]),
                                Integer.parseInt(arguments[1])));
        Files.writeString(Path.of(arguments[2]), Pem.ofCertificates(List.of(controlPlane.root)));
        controlPlane.add(new SettingsResource(MESH, AddressCheck.ENFORCE));
        controlPlane.add(new BundleResource(controlPlane.bundle));
        controlPlane.listen();
        System.out.println("ready");
        for (String line; (line = readLine(System.in)) != null; ) {
            controlPlane.command(line);
            System.out.println("done");
        }
    }

    private void command(String line) throws Exception {
        if (line.startsWith("pod ")) {
            String[] words = line.split(" ", -1);
            List<IpAddress> addresses =
                    Arrays.stream(words[3].split(",")).map(IpAddress::of).toList();
            pods.put(words[1], new Registered(words[2], addresses));
            add(
                    new WorkloadResource(
                            words[1],
                            id(words[2]),
                            addresses.stream()
                                    .map(ip -> new WorkloadAddress(ip, Set.of()))
                                    .toList()));
            publish();
        } else if (line.equals("publish")) {
            publish();
        } else if (line.equals("away")) {
            left = peers.size();
            listener().close();
            peers.forEach(Peer::close);
            peers.clear();
        } else if (line.equals("back")) {
            listen();
            await("the sidecars return", () -> peers.size() >= left);
            publish();
        } else if (FeedCodec.decode(line.getBytes(StandardCharsets.UTF_8))
                instanceof Decoded.Known(FeedMessage.Upsert(FeedResource resource))) {
            add(resource);
        } else {
            throw new IOException("command: " + line);
        }
    }

    private SSLServerSocket listener() {
        SSLServerSocket open = listener;
        if (open == null) {
            throw new IllegalStateException("not listening");
        }
        return open;
    }

    private synchronized void add(FeedResource resource) {
        resources.put(resource.key(), resource);
    }

    private static SpiffeId id(String account) {
        return new SpiffeId(MESH, "/ns/shop/sa/" + account);
    }

    /** Returns when all sidecars that are connected run it. */
    private synchronized void publish() throws InterruptedException {
        revision++;
        long wanted = revision;
        peers.forEach(peer -> peer.send(peer.conversation.onPublish(snapshot())));
        await(
                "the sidecars take the configuration",
                () -> peers.stream().allMatch(peer -> peer.acknowledged >= wanted));
    }

    private synchronized void await(String fact, BooleanSupplier holds)
            throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not so after 15 s: " + fact);
            }
            wait(100);
        }
    }

    /** A copy of what there is now. */
    private FeedSource snapshot() {
        Map<String, Destination> destinations = new HashMap<>();
        List<FeedResource> pushed = new ArrayList<>();
        for (FeedResource resource : resources.values()) {
            if (resource instanceof DestinationResource(String id, Destination destination)) {
                destinations.put(id, destination);
            } else {
                pushed.add(resource);
            }
        }
        FeedSnapshot base = FeedSnapshot.of(revision, pushed);
        return new FeedSource() {
            @Override
            public FeedSnapshot base() {
                return base;
            }

            @Override
            public @Nullable Destination destination(String id) {
                return destinations.get(id);
            }
        };
    }

    private void listen() throws Exception {
        KeyPair keys = P256.generate(random);
        X509Certificate own =
                issuer.leaf(
                        root,
                        rootKeys.getPrivate(),
                        keys.getPublic(),
                        new Names(
                                null, SpiffeId.controlPlane(MESH).toString(), List.of(), List.of()),
                        Validity.from(Instant.now(), Duration.ofHours(1)));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", keys.getPrivate(), NO_SECRET, new Certificate[] {own, root});
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(store, NO_SECRET);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", root);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), random);
        SSLServerSocket server =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        server.setReuseAddress(true);
        SSLParameters parameters = server.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"gibbon-feed/1", "http/1.1"});
        server.setSSLParameters(parameters);
        server.setWantClientAuth(true);
        server.bind(address);
        listener = server;
        Thread.ofPlatform().daemon().start(() -> accept(server));
    }

    private void accept(SSLServerSocket server) {
        while (!server.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException e) {
                System.err.println(e);
            }
        }
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            socket.startHandshake();
            if (socket.getApplicationProtocol().equals("http/1.1")) {
                certify(socket);
            } else {
                // Without a certificate this throws, and there is no feed.
                socket.getSession().getPeerCertificates();
                feed(socket);
            }
        } catch (Exception e) {
            System.err.println(e);
        }
    }

    private void certify(SSLSocket socket) throws Exception {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        int length = 0;
        for (String line; (line = readLine(in)) != null && !line.isEmpty(); ) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        CertificateOrder order = CertificateOrder.decode(in.readNBytes(length));
        Registered pod = pods.get(order.name());
        if (pod == null || !("token-of-" + order.name()).equals(order.token())) {
            answer(
                    socket,
                    "403 Forbidden",
                    "{\"reason\":\"token\",\"message\":\"not a token of a pod\"}"
                            .getBytes(StandardCharsets.UTF_8));
            return;
        }
        X509Certificate leaf =
                issuer.leaf(
                        root,
                        rootKeys.getPrivate(),
                        CertificateRequest.parse(Pem.request(order.csr())).publicKey(),
                        new Names(null, id(pod.account()).toString(), pod.addresses(), List.of()),
                        Validity.from(Instant.now(), Duration.ofHours(1)));
        answer(socket, "200 OK", new CertificateGrant(List.of(leaf, root), bundle).encode());
    }

    private static void answer(SSLSocket socket, String status, byte[] body) throws IOException {
        String head =
                "HTTP/1.1 "
                        + status
                        + "\r\nContent-Length: "
                        + body.length
                        + "\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
    }

    private void feed(SSLSocket socket) throws Exception {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        Peer peer = new Peer(socket);
        try {
            for (String line; (line = readLine(in)) != null; ) {
                if (FeedCodec.decode(line.getBytes(StandardCharsets.UTF_8))
                        instanceof Decoded.Known(FeedMessage message)) {
                    receive(peer, message);
                }
            }
        } finally {
            peers.remove(peer);
        }
    }

    private synchronized void receive(Peer peer, FeedMessage message) {
        switch (message) {
            case FeedMessage.Hello hello -> {
                peers.add(peer);
                peer.conversation = new FeedConversation(snapshot());
                peer.send(peer.conversation.onHello(hello, _ -> Optional.empty()));
            }
            case FeedMessage.Subscribe subscribe ->
                    peer.send(peer.conversation.onSubscribe(subscribe));
            case FeedMessage.Ack(long acknowledged) -> {
                peer.acknowledged = acknowledged;
                notifyAll();
                peer.send(peer.conversation.onAck(acknowledged));
            }
            case FeedMessage.Nack(long refused, String reason) -> {
                System.err.println("nack: " + reason);
                peer.send(peer.conversation.onNack(refused));
            }
            case FeedMessage.Upsert _, FeedMessage.Delete _, FeedMessage.Complete _ ->
                    throw new IllegalStateException("from a sidecar: " + message);
        }
    }

    /** One sidecar. */
    private static final class Peer {
        private final SSLSocket socket;
        private FeedConversation conversation = new FeedConversation(null);
        private long acknowledged;

        Peer(SSLSocket socket) {
            this.socket = socket;
        }

        void send(List<FeedMessage> messages) {
            try {
                for (FeedMessage message : messages) {
                    socket.getOutputStream().write(FeedCodec.encode(message));
                    socket.getOutputStream().write('\n');
                }
                socket.getOutputStream().flush();
            } catch (IOException e) {
                System.err.println(e);
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                System.err.println(e);
            }
        }
    }

    /** A line without its end; null at the end of the input. */
    private static @Nullable String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                return null;
            }
            if (octet == '\n') {
                return line.toString(StandardCharsets.UTF_8).stripTrailing();
            }
            line.write(octet);
        }
    }
}
