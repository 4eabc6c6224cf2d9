package dev.gibbon.controlplane.admin;

import dev.gibbon.controlplane.store.ConfigStore;
import dev.gibbon.controlplane.store.InMemoryConfigStore;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.net.IpAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** An Admin API on a port of its own, whose clock stands still until moved and whose ids count. */
final class LiveAdmin implements AutoCloseable {
    static final String JSON = "application/json";
    static final String FORM = "application/x-www-form-urlencoded";

    final ConfigStore store = new InMemoryConfigStore(Log.NONE);
    final AtomicLong seconds = new AtomicLong(1_500_000_000);
    final List<String> edits = new CopyOnWriteArrayList<>();
    private final AtomicLong lastId = new AtomicLong();
    private final AdminServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    LiveAdmin(Endpoint... endpoints) throws IOException {
        InstantSource clock = () -> Instant.ofEpochSecond(seconds.get());
        Node node =
                new Node(
                        "9.9.9",
                        new UUID(0, 0xabc),
                        "here",
                        Map.of("prefix", "/tmp/gibbon", "pg_password", "hush"));
        AdminApi api =
                new AdminApi(
                        store,
                        node,
                        clock,
                        () -> new UUID(0, lastId.incrementAndGet()),
                        List.of(endpoints),
                        Log.NONE);
        server =
                new AdminServer(
                        List.of(new AdminListener(IpAddress.of("127.0.0.1"), 0, false)),
                        null,
                        api,
                        new EditLog(clock, edits::add));
        server.start();
    }

    int port() {
        return server.addresses().getFirst().port();
    }

    /** Sends a body of a type; either may be empty. */
    HttpResponse<String> call(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).method(method, publisher(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return send(request);
    }

    HttpResponse<String> call(String method, String path) throws IOException, InterruptedException {
        return call(method, path, "", "");
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.BodyPublisher publisher(String body) {
        return body.isEmpty()
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body);
    }

    @Override
    public void close() {
        client.close();
        server.close();
        store.close();
    }
}
