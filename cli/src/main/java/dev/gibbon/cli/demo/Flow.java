package dev.gibbon.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One of the tutorial's four ways to talk to Service B: real {@code ncat} there, real clients here.
 */
enum Flow {
    TCP(19000, 9000, "Hello from Service B (TCP)"),
    TLS(19443, 9443, "Hello from Service B (TLS)"),
    HTTP(18000, 8000, "Hello from Service B (HTTP)"),
    HTTPS(18443, 8443, "Hello from Service B (HTTPS)");

    static final String CLIENT = "127.0.0.2";
    static final String SERVER = "127.0.0.5";

    private final int port;
    private final int sidecarPort;
    private final String greeting;

    Flow(int port, int sidecarPort, String greeting) {
        this.port = port;
        this.sidecarPort = sidecarPort;
        this.greeting = greeting;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    int port() {
        return port;
    }

    int sidecarPort() {
        return sidecarPort;
    }

    String greeting() {
        return greeting;
    }

    boolean isTls() {
        return this == TLS || this == HTTPS;
    }

    private boolean isHttp() {
        return this == HTTP || this == HTTPS;
    }

    String serviceName() {
        return "service-b-" + text();
    }

    /** The command that serves the greeting, as the tutorial types it. */
    List<String> server() {
        List<String> command =
                new ArrayList<>(List.of("ncat", "--listen", "--keep-open", "--verbose"));
        if (isTls()) {
            command.add("--ssl");
        }
        command.add("--sh-exec");
        command.add(
                isHttp()
                        ? "printf 'HTTP/1.1 200 OK\\r\\n\\r\\n" + greeting + "\\n'"
                        : "echo '" + greeting + "'");
        command.addAll(List.of(SERVER, String.valueOf(port)));
        return command;
    }

    /** The command that asks for the greeting. It sends nothing by itself on tcp and tls. */
    List<String> client() {
        if (isHttp()) {
            List<String> command =
                    new ArrayList<>(
                            List.of("curl", "-sS", "--max-time", "10", "--interface", CLIENT));
            if (isTls()) {
                command.add("--insecure");
            }
            command.add(text() + "://" + SERVER + ":" + port);
            return command;
        }
        List<String> command =
                new ArrayList<>(List.of("ncat", "--source", CLIENT, "--recv-only", "-w", "10"));
        if (isTls()) {
            command.add("--ssl");
        }
        command.addAll(List.of(SERVER, String.valueOf(port)));
        return command;
    }

    /** The URL of the Service, as the tutorial gives it. */
    String serviceUrl() {
        return text() + "://" + SERVER + ":" + port + (this == HTTPS ? "/" : "");
    }

    /** The form fields of the Route. */
    List<String> routeFields() {
        List<String> fields =
                new ArrayList<>(List.of("name=" + serviceName(), "protocols=" + text()));
        if (isHttp()) {
            fields.add("hosts=" + SERVER);
        } else {
            fields.add("destinations[1].ip=" + SERVER);
            fields.add("destinations[1].port=" + port);
        }
        return fields;
    }
}
