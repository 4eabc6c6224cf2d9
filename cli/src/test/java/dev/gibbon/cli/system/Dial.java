package dev.gibbon.cli.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocket;

/** Connections of clients to Service B. To be used inside the namespace. */
final class Dial {
    private static final int READ_LIMIT_MILLIS = 30_000;

    private Dial() {}

    /** From Service A's address, whose connections sidecar A takes. */
    static Socket tcp(int port) throws IOException {
        return from(TestMesh.CLIENT, port);
    }

    static Socket from(String source, int port) throws IOException {
        return connected(new Socket(), source, port);
    }

    /** Connects a socket. */
    static Socket connected(Socket socket, String source, int port) throws IOException {
        boolean done = false;
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_LIMIT_MILLIS);
            socket.bind(new InetSocketAddress(InetAddress.getByName(source), 0));
            socket.connect(
                    new InetSocketAddress(InetAddress.getByName(TestMesh.SERVER), port), 10_000);
            done = true;
            return socket;
        } finally {
            if (!done) {
                socket.close();
            }
        }
    }

    /** With TLS, from Service A; the handshake is done. */
    static SSLSocket tls(int port) throws Exception {
        return tls(tcp(port), port);
    }

    static SSLSocket tls(Socket plain, int port) throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        Certificates.anonymous()
                                .getSocketFactory()
                                .createSocket(plain, TestMesh.SERVER, port, true);
        socket.startHandshake();
        return socket;
    }
}
