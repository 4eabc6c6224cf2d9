package dev.gibbon.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.log.Log;
import dev.gibbon.core.x509.CertificateIssuer;
import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import dev.gibbon.core.x509.Validity;
import dev.gibbon.operator.command.FakeApiServer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReferencedSecretsTest {
    private static final SecretRef PAIR = new SecretRef.KeyPair("shop", "me");
    private static final String PATH = "/api/v1/namespaces/shop/secrets/me";
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final Semaphore changes = new Semaphore(0);
    private final Semaphore lines = new Semaphore(0);
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();

    private final class LoudLog implements Log {
        @Override
        public boolean isEnabled(Level level) {
            return true;
        }

        @Override
        public void log(Level level, String message, Object... keyValues) {
            logged.add(message + " " + Arrays.toString(keyValues));
            lines.release();
        }
    }

    @Test
    void replacedAndExpiredCertificatesAreSeenWithoutAWatch() throws Exception {
        KeyPair first = P256.generate(new SecureRandom());
        KeyPair second = P256.generate(new SecureRandom());
        try (FakeApiServer server = new FakeApiServer().answer(PATH, secret(first));
                KubernetesClient client = server.client();
                ReferencedSecrets secrets =
                        new ReferencedSecrets(client, now::get, changes::release, new LoudLog())) {

            assertThat(secrets.get(PAIR)).isEqualTo(new SecretValue.Pending());
            awaitChange();
            assertThat(key(secrets.get(PAIR))).isEqualTo(Pem.ofPrivateKey(first.getPrivate()));

            server.answer(PATH, secret(second));
            secrets.look();
            awaitChange();
            assertThat(key(secrets.get(PAIR))).isEqualTo(Pem.ofPrivateKey(second.getPrivate()));

            now.set(NOON.plus(Duration.ofDays(2)));
            secrets.look();
            awaitChange();
            assertThat(secrets.get(PAIR))
                    .isInstanceOfSatisfying(
                            SecretValue.Unusable.class,
                            unusable ->
                                    assertThat(unusable.reason()).isEqualTo("CertificateExpired"));

            assertThat(server.asked()).isNotEmpty().allMatch(PATH::equals);
        }
    }

    @Test
    void secretThatCannotBeReadKeepsItsLastValueAndNothingOfItIsLogged() throws Exception {
        KeyPair pair = P256.generate(new SecureRandom());
        String secret = secret(pair);
        try (FakeApiServer server = new FakeApiServer().answer(PATH, secret);
                KubernetesClient client = server.client();
                ReferencedSecrets secrets =
                        new ReferencedSecrets(client, now::get, changes::release, new LoudLog())) {
            secrets.get(PAIR);
            awaitChange();

            // Cut off in the middle, behind the key.
            server.answer(PATH, secret.substring(0, secret.length() - 2));
            secrets.look();
            assertThat(lines.tryAcquire(20, TimeUnit.SECONDS)).isTrue();

            assertThat(key(secrets.get(PAIR))).isEqualTo(Pem.ofPrivateKey(pair.getPrivate()));
            String encoded = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
            assertThat(String.join("\n", logged))
                    .contains("secret could not be read")
                    .doesNotContain("PRIVATE KEY")
                    .doesNotContain(base64(Pem.ofPrivateKey(pair.getPrivate())))
                    .doesNotContain(encoded.substring(0, 60));
        }
    }

    @Test
    void secretThatTheOperatorMayNotReadIsSaidRatherThanWaitedFor() throws Exception {
        try (FakeApiServer server = new FakeApiServer().refuse(PATH, 403);
                KubernetesClient client = server.client();
                ReferencedSecrets secrets =
                        new ReferencedSecrets(client, now::get, changes::release, new LoudLog())) {
            secrets.get(PAIR);
            awaitChange();

            assertThat(secrets.get(PAIR))
                    .isEqualTo(
                            new SecretValue.Unusable(
                                    "SecretForbidden",
                                    "Secret me: the operator may not read Secrets of this"
                                            + " namespace"));
        }
    }

    private void awaitChange() throws InterruptedException {
        assertThat(changes.tryAcquire(20, TimeUnit.SECONDS)).as(logged.toString()).isTrue();
    }

    private static String key(SecretValue value) {
        assertThat(value).isInstanceOf(SecretValue.KeyPair.class);
        return ((SecretValue.KeyPair) value).certificate().key();
    }

    private static String secret(KeyPair pair) {
        String certificate =
                Pem.ofCertificates(
                        List.of(
                                new CertificateIssuer(new SecureRandom())
                                        .root(
                                                pair,
                                                "me",
                                                Validity.from(NOON, Duration.ofDays(1)))));
        return Serialization.asJson(
                new SecretBuilder()
                        .withNewMetadata()
                        .withName("me")
                        .withNamespace("shop")
                        .endMetadata()
                        .withType("kubernetes.io/tls")
                        .addToData("tls.crt", base64(certificate))
                        .addToData("tls.key", base64(Pem.ofPrivateKey(pair.getPrivate())))
                        .build());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
