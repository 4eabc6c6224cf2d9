package dev.gibbon.operator.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTPS shell of the webhook: HTTP/1.1 over TLS, each request on its own virtual thread. Jetty,
 * because the control plane has it on the class path already, and because the JDK's server has its
 * deadlines in system properties of the whole process only. Not restartable.
 *
 * <p>Who calls is not asked: the API server has no certificate to show unless its administrator
 * arranges one, and the answer holds nothing that the question does not.
 */
public final class WebhookServer implements AutoCloseable {
    private static final int MAX_THREADS = 10;

    /** A silent peer holds a connection no longer than the API server waits for an answer. */
    private static final long IDLE_TIMEOUT_MILLIS = 10_000;

    private static final long STOP_TIMEOUT_MILLIS = 2_000;

    private final Server server;
    private final ServerConnector connector;

    /**
     * @param port 0-65535 on all addresses; 0 for any free one
     */
    public WebhookServer(int port, ServingCertificate certificate, AdmissionEndpoint endpoint) {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1);
        threads.setName("webhook");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        server = new Server(threads);
        server.setStopTimeout(STOP_TIMEOUT_MILLIS);
        server.setHandler(new Requests(endpoint));
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setSslContext(certificate.context());
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        connector =
                new ServerConnector(
                        server,
                        0,
                        1,
                        new SslConnectionFactory(tls, "http/1.1"),
                        new HttpConnectionFactory(http));
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_TIMEOUT_MILLIS);
        server.addConnector(connector);
    }

    /**
     * Opens the listener.
     *
     * @throws IOException when it cannot be opened; the message names the port
     */
    public void start() throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IOException(
                    "webhook: port "
                            + connector.getPort()
                            + ": "
                            + e.getMessage()
                            + " (expected: a free port)",
                    e);
        }
    }

    /** The port that it listens on; after {@link #start}. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Closes the listener and, after at most two seconds, the connections. */
    @Override
    public void close() {
        try {
            server.stop();
            server.destroy();
        } catch (Exception e) {
            throw new IllegalStateException("webhook does not stop", e);
        }
    }

    /** Translates between Jetty and the endpoint. */
    private static final class Requests extends Handler.Abstract {
        private final AdmissionEndpoint endpoint;

        Requests(AdmissionEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            byte[] body;
            try (InputStream in = Content.Source.asInputStream(request)) {
                body = in.readNBytes(AdmissionEndpoint.MAX_BODY + 1);
            }
            HttpAnswer answer;
            if (body.length > AdmissionEndpoint.MAX_BODY) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
                answer =
                        HttpAnswer.text(
                                413,
                                "body too long (expected: at most "
                                        + AdmissionEndpoint.MAX_BODY
                                        + " bytes)");
            } else {
                answer =
                        endpoint.answer(
                                request.getMethod(),
                                String.valueOf(request.getHttpURI().getPath()),
                                body);
            }
            response.setStatus(answer.status());
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
            response.write(true, StandardCharsets.UTF_8.encode(answer.body()), callback);
            return true;
        }
    }
}
