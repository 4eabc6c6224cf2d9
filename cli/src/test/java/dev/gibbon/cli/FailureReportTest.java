package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.gibbon.cli.ask.StatusCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class FailureReportTest {
    @ParameterizedTest
    @CsvSource({"ftp://127.0.0.1, 2", "http://127.0.0.1:1, 1"})
    void aWrongArgumentHasAnExitCodeOfItsOwn(String admin, int expected) {
        assertThat(exitCode("--admin", admin)).isEqualTo(expected);
    }

    @Test
    void aQuestionThatTheControlPlaneCannotReadIsWrongUsage() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = "{\"message\":\"from: x\"}".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(400, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try {
            assertThat(exitCode("--admin", "http://127.0.0.1:" + server.getAddress().getPort()))
                    .isEqualTo(2);
        } finally {
            server.stop(0);
        }
    }

    private static int exitCode(String... arguments) {
        return new CommandLine(new StatusCommand(InstantSource.system()))
                .setErr(new PrintWriter(new StringWriter()))
                .setExecutionExceptionHandler(new FailureReport())
                .execute(arguments);
    }
}
