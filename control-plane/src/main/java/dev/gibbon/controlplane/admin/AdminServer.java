package dev.gibbon.controlplane.admin;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ConnectionStatistics;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server of the Admin API: one handler behind any number of listeners. Each request has
 * its own virtual thread. Not restartable: {@link #start}, then {@link #close}.
 */
public final class AdminServer implements AutoCloseable {
    /** The longest body that is read, in bytes; a longer one is answered 413. */
    public static final int MAX_BODY = 1 << 20;

    /** Nginx's words. */
    static final String PLAIN_ON_TLS = "The plain HTTP request was sent to HTTPS port";

    private static final int BACKLOG = 128;
    private static final int MAX_THREADS_BESIDE_LISTENERS = 8;
    private static final long IDLE_TIMEOUT_MILLIS = 30_000;
    private static final long STOP_TIMEOUT_MILLIS = 2_000;

    private final Server server;
    private final List<AdminListener> listeners;
    private final List<ServerConnector> connectors = new ArrayList<>();
    private final List<ServerSocketChannel> channels = new ArrayList<>();
    private final ConnectionStatistics connections = new ConnectionStatistics();

    /**
     * @param edits is told of each request that was to change something
     * @param tls certificate and key for listeners with {@code ssl}; null when there are none
     * @throws IllegalArgumentException when a listener with {@code ssl} has no certificate
     */
    public AdminServer(
            List<AdminListener> listeners, @Nullable SSLContext tls, AdminApi api, EditLog edits) {
        this.listeners = List.copyOf(listeners);
        QueuedThreadPool threads =
                new QueuedThreadPool(MAX_THREADS_BESIDE_LISTENERS + 2 * listeners.size(), 1);
        threads.setName("admin");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        this.server = new Server(threads);
        server.setStopTimeout(STOP_TIMEOUT_MILLIS);
        AdminHandler handler = new AdminHandler(api, edits, connections);
        server.setHandler(handler);
        server.setErrorHandler(handler::refuse);
        for (AdminListener listener : this.listeners) {
            connectors.add(connector(listener, tls));
        }
    }

    private ServerConnector connector(AdminListener listener, @Nullable SSLContext tls) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector;
        if (!listener.ssl()) {
            connector = new ServerConnector(server, 0, 1, plain);
        } else if (tls == null) {
            throw new IllegalArgumentException(
                    "admin_listen: " + listener + " (expected: a certificate for ssl)");
        } else {
            SslContextFactory.Server context = new SslContextFactory.Server();
            context.setSslContext(tls);
            http.addCustomizer(AdminServer::refusePlain);
            connector =
                    new ServerConnector(
                            server,
                            0,
                            1,
                            new DetectorConnectionFactory(
                                    new SslConnectionFactory(context, "http/1.1")),
                            plain);
        }
        connector.setIdleTimeout(IDLE_TIMEOUT_MILLIS);
        connector.addBean(connections);
        server.addConnector(connector);
        return connector;
    }

    /** As nginx does: a TLS alert would tell nobody what is wrong. */
    private static Request refusePlain(Request request, HttpFields.Mutable answer) {
        if (!request.getConnectionMetaData().isSecure()) {
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, PLAIN_ON_TLS);
        }
        return request;
    }

    /**
     * Opens all listeners, or none.
     *
     * @throws IOException when one cannot be opened; the message names it and what to do
     */
    public void start() throws IOException {
        try {
            for (AdminListener listener : listeners) {
                channels.add(bind(listener));
            }
            for (int i = 0; i < connectors.size(); i++) {
                connectors.get(i).open(channels.get(i));
            }
            server.start();
        } catch (IOException e) {
            close();
            throw e;
        } catch (Exception e) {
            close();
            throw new IOException("admin api: " + e.getMessage(), e);
        }
    }

    private static ServerSocketChannel bind(AdminListener listener) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(
                    new IpPort(listener.address(), listener.port()).toSocketAddress(), BACKLOG);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException(
                    "admin_listen: "
                            + listener
                            + ": "
                            + e.getMessage()
                            + " (expected: a free port of an address of this host)",
                    e);
        }
    }

    /** Where the listeners are, in their order, with the ports that the system chose. */
    public List<IpPort> addresses() {
        List<IpPort> addresses = new ArrayList<>();
        for (int i = 0; i < connectors.size(); i++) {
            IpAddress address = listeners.get(i).address();
            addresses.add(new IpPort(address, connectors.get(i).getLocalPort()));
        }
        return addresses;
    }

    /** Closes the listeners and, after at most two seconds, the connections. */
    @Override
    public void close() {
        try {
            server.stop();
            // Jetty forgets channels that it was given and never started on.
            for (ServerSocketChannel channel : channels) {
                channel.close();
            }
            server.destroy();
        } catch (Exception e) {
            throw new IllegalStateException("admin api does not stop", e);
        }
    }
}
