package dev.gibbon.controlplane.admin;

import dev.gibbon.core.net.IpPort;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ConnectionStatistics;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Translates between Jetty and the {@link AdminApi}. */
final class AdminHandler extends Handler.Abstract {
    private final AdminApi api;
    private final EditLog edits;
    private final ConnectionStatistics connections;
    private final String serverName;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong active = new AtomicLong();

    AdminHandler(AdminApi api, EditLog edits, ConnectionStatistics connections) {
        this.api = api;
        this.edits = edits;
        this.connections = connections;
        this.serverName = "gibbon/" + api.version();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        requests.incrementAndGet();
        active.incrementAndGet();
        try {
            byte[] body;
            try (InputStream in = Content.Source.asInputStream(request)) {
                body = in.readNBytes(AdminServer.MAX_BODY + 1);
            }
            AdminResponse answer =
                    body.length > AdminServer.MAX_BODY
                            ? AdminResponse.message(413, "Payload too large")
                                    .withHeader("Connection", "close")
                            : api.answer(translate(request, body), load());
            edits.answered(client(request), request.getMethod(), path(request), answer);
            write(answer, response, callback);
        } finally {
            active.decrementAndGet();
        }
        return true;
    }

    private static AdminRequest translate(Request request, byte[] body) {
        String query = request.getHttpURI().getQuery();
        return new AdminRequest(
                request.getMethod(),
                path(request),
                query == null ? "" : query,
                request.getHeaders().get(HttpHeader.CONTENT_TYPE),
                request.getHeaders().get(HttpHeader.ORIGIN),
                body);
    }

    private static String path(Request request) {
        String path = request.getHttpURI().getPath();
        return path == null || path.isEmpty() ? "/" : path;
    }

    private static String client(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress()
                        instanceof InetSocketAddress address
                ? IpPort.of(address).toString()
                : "unknown";
    }

    private ServerLoad load() {
        return new ServerLoad(
                connections.getConnectionsTotal(),
                connections.getConnections(),
                active.get(),
                requests.get());
    }

    /** Answers what Jetty itself refuses, e.g. a malformed request. */
    boolean refuse(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String reason = HttpStatus.getMessage(status);
        boolean ours =
                request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException cause
                        && AdminServer.PLAIN_ON_TLS.equals(cause.getReason());
        String message =
                ours
                        ? AdminServer.PLAIN_ON_TLS
                        : reason.charAt(0) + reason.substring(1).toLowerCase(Locale.ROOT);
        write(AdminResponse.message(status, message), response, callback);
        return true;
    }

    private void write(AdminResponse answer, Response response, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.SERVER, serverName);
        response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        String type = answer.contentType();
        if (type != null) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        }
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }
}
