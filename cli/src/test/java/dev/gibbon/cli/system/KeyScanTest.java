package dev.gibbon.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.x509.P256;
import dev.gibbon.core.x509.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scan finds what the tests trust it to find. */
final class KeyScanTest {
    @TempDir Path folder;

    @Test
    void keysAreFoundInEveryForm() throws Exception {
        PrivateKey key = P256.generate(new SecureRandom()).getPrivate();
        Path pem = Files.writeString(folder.resolve("pem"), "x" + Pem.ofPrivateKey(key));
        Path der = Files.write(folder.resolve("der"), key.getEncoded());
        Path base64 =
                Files.writeString(
                        folder.resolve("base64"),
                        "{\"k\":\"" + Base64.getEncoder().encodeToString(key.getEncoded()) + "\"}");
        Files.writeString(folder.resolve("none"), "a public sentence");

        assertThat(KeyScan.under(folder)).containsExactlyInAnyOrder(pem, der, base64);
    }
}
