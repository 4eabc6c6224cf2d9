package dev.gibbon.operator.check;

import dev.gibbon.operator.status.Asker;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the operator through the API server's proxy for Services, so that nothing but access to the
 * API server is needed. RBAC decides who may: for {@code get} on {@code services/proxy}, and for
 * what is told of the mesh for {@code create} on {@code serviceaccounts/token} ({@link Asker}).
 */
public final class OperatorProxy {
    private static final long LIMIT_SECONDS = 15;

    /** The least that the API server gives. */
    private static final long TOKEN_SECONDS = 600;

    /** What is said of an API server that answers 401. */
    public static final String UNKNOWN =
            "it does not know this user, or no longer (401; expected: credentials that are valid)";

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
        return answer(send(client, path(pathAndQuery), Map.of()));
    }

    /**
     * Asks what is not told to everybody.
     *
     * @param pathAndQuery encoded, e.g. {@code v1/sidecars}
     * @return with a JSON object that has a {@code message}, where this user may not ask
     * @throws IOException when the API server does not answer, or does not know this user
     */
    public Answer ask(String pathAndQuery) throws IOException {
        String token;
        try {
            token =
                    client.serviceAccounts()
                            .inNamespace(meshNamespace)
                            .withName(Asker.ACCOUNT)
                            .tokenRequest(
                                    new TokenRequestBuilder()
                                            .withNewSpec()
                                            .withAudiences(Asker.AUDIENCE)
                                            .withExpirationSeconds(TOKEN_SECONDS)
                                            .endSpec()
                                            .build())
                            .getStatus()
                            .getToken();
        } catch (KubernetesClientException e) {
            if (!isAnswer(e)) {
                throw silence(e);
            } else if (e.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED) {
                throw new IOException(UNKNOWN, e);
            }
            return new Answer(e.getCode(), "{\"message\":\"" + refusal(e.getCode()) + "\"}");
        }
        return answer(send(client, path(pathAndQuery), Map.of(Asker.HEADER, token)));
    }

    /** Whether it is what the API server has answered, and not that it has not. */
    public static boolean isAnswer(KubernetesClientException failure) {
        return failure.getCode() > 0;
    }

    /** Why it has not answered, in one sentence. */
    public static IOException silence(KubernetesClientException failure) {
        return new IOException(reason(failure), failure);
    }

    private String refusal(int status) {
        String account = "ServiceAccount " + meshNamespace + "/" + Asker.ACCOUNT;
        return switch (status) {
            case 403 -> "this user may not create serviceaccounts/token of " + account;
            case 404 -> account + " does not exist (is the operator of this program's version?)";
            default -> "no token of " + account + " (status " + status + ")";
        };
    }

    private String path(String pathAndQuery) {
        return "api/v1/namespaces/"
                + meshNamespace
                + "/services/"
                + InstallationChecks.OPERATOR
                + ":http-status/proxy/"
                + pathAndQuery;
    }

    private static Answer answer(HttpResponse<String> response) {
        return new Answer(response.code(), response.body() == null ? "" : response.body());
    }

    /**
     * Asks the API server itself.
     *
     * @throws IOException with one sentence when it does not answer
     */
    static HttpResponse<String> send(KubernetesClient client, String path) throws IOException {
        return send(client, path, Map.of());
    }

    private static HttpResponse<String> send(
            KubernetesClient client, String path, Map<String, String> fields) throws IOException {
        HttpRequest.Builder request =
                client.getHttpClient()
                        .newHttpRequestBuilder()
                        .uri(URI.create(client.getMasterUrl() + path));
        fields.forEach(request::header);
        try {
            return client.getHttpClient()
                    .sendAsync(request.build(), String.class)
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
