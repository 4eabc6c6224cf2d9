package dev.gibbon.operator.check;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the operator through the API server's proxy for Services, so that nothing but access to the
 * API server is needed: RBAC for {@code get} on {@code services/proxy} decides who may.
 */
public final class OperatorProxy {
    private static final long LIMIT_SECONDS = 15;

    private final KubernetesClient client;
    private final String meshNamespace;

    /**
     * @param meshNamespace where the operator is; a valid name
     */
    public OperatorProxy(KubernetesClient client, String meshNamespace) {
        this.client = client;
        this.meshNamespace = meshNamespace;
    }

    /**
     * An answer.
     *
     * @param status of HTTP; what the API server says itself when it does not get through is 403,
     *     404 or 503
     */
    public record Answer(int status, String body) {}

    /**
     * Asks.
     *
     * @param pathAndQuery encoded, e.g. {@code healthz/ready}
     * @throws IOException when the API server does not answer
     */
    public Answer get(String pathAndQuery) throws IOException {
        return get(
                client,
                "api/v1/namespaces/"
                        + meshNamespace
                        + "/services/"
                        + InstallationChecks.OPERATOR
                        + ":http-status/proxy/"
                        + pathAndQuery);
    }

    private static Answer get(KubernetesClient client, String path) throws IOException {
        HttpResponse<String> response = send(client, path);
        return new Answer(response.code(), response.body() == null ? "" : response.body());
    }

    /**
     * Asks the API server itself.
     *
     * @throws IOException with one sentence when it does not answer
     */
    static HttpResponse<String> send(KubernetesClient client, String path) throws IOException {
        try {
            return client.getHttpClient()
                    .sendAsync(
                            client.getHttpClient()
                                    .newHttpRequestBuilder()
                                    .uri(URI.create(client.getMasterUrl() + path))
                                    .build(),
                            String.class)
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(reason(e), e);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + LIMIT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The innermost cause that says something: those around it repeat it with class names. */
    private static String reason(Throwable thrown) {
        String reason = "";
        Throwable last = thrown;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            reason = message == null || message.isBlank() ? reason : message;
            last = cause;
        }
        String type = last.getClass().getSimpleName();
        return reason.isEmpty() || reason.contains("Exception")
                ? "no connection (" + type + ")"
                : reason;
    }
}
