package dev.gibbon.sidecar.pod;

import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.status.ApplicationHealth.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * One GET, as the kubelet's: healthy is a status of 200-399. A redirection counts as healthy and is
 * not followed.
 */
final class HttpProbe {
    private static final int MAX_STATUS_LINE = 1024;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})( .*)?");

    private final Probe.Http probe;
    private final IpPort address;

    HttpProbe(Probe.Http probe, IpPort address) {
        this.probe = probe;
        this.address = address;
    }

    Answer ask(Socket plain) throws IOException {
        if (!probe.tls()) {
            return exchange(plain);
        }
        try (SSLSocket tls =
                (SSLSocket)
                        unverified()
                                .getSocketFactory()
                                .createSocket(
                                        plain, address.ip().toString(), address.port(), true)) {
            tls.startHandshake();
            return exchange(tls);
        }
    }

    private Answer exchange(Socket socket) throws IOException {
        socket.getOutputStream().write(request().getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        String line = statusLine(socket.getInputStream());
        Matcher status = STATUS.matcher(line);
        if (!status.matches()) {
            throw new IOException("no answer of HTTP/1.x");
        }
        int code = Integer.parseInt(status.group(1));
        return new Answer(code >= 200 && code < 400, "status " + code);
    }

    /** A header of the probe's own replaces one of ours. */
    private String request() {
        StringBuilder request = new StringBuilder();
        request.append("GET ").append(probe.path()).append(" HTTP/1.1\r\n");
        String host = probe.host();
        add(request, "Host", host == null ? address.toString() : host);
        add(request, "User-Agent", "kube-probe/gibbon");
        add(request, "Accept", "*/*");
        add(request, "Connection", "close");
        for (Probe.Header header : probe.headers()) {
            append(request, header.name(), header.value());
        }
        return request.append("\r\n").toString();
    }

    private void add(StringBuilder request, String name, String value) {
        if (probe.headers().stream().noneMatch(header -> header.name().equalsIgnoreCase(name))) {
            append(request, name, value);
        }
    }

    private static void append(StringBuilder request, String name, String value) {
        request.append(name).append(": ").append(value).append("\r\n");
    }

    private static String statusLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0 || line.length() > MAX_STATUS_LINE) {
                throw new IOException("closed before an answer");
            }
            line.append((char) octet);
        }
        return line.toString().stripTrailing();
    }

    /** The kubelet verifies nothing either: the certificate is for the application's clients. */
    private static SSLContext unverified() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anyone()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static final class Anyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
