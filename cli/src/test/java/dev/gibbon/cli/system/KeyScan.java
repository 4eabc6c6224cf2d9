package dev.gibbon.cli.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Looks for private keys in files: PEM of any kind, and PKCS #8 or SEC 1 of P-256 in DER. */
final class KeyScan {
    private static final List<byte[]> MARKS =
            List.of(
                    "PRIVATE KEY".getBytes(StandardCharsets.US_ASCII),
                    // PKCS #8 (RFC 5958), version 0, then the algorithm id-ecPublicKey.
                    HexFormat.of().parseHex("020100301306072a8648ce3d0201"),
                    // ECPrivateKey (RFC 5915), version 1, then 32 octets.
                    HexFormat.of().parseHex("0201010420"),
                    // The base64 of PKCS #8 with P-256, however it is framed.
                    "MIGHAgEAMBMGByqGSM49".getBytes(StandardCharsets.US_ASCII),
                    "MEECAQAwEwYHKoZIzj0C".getBytes(StandardCharsets.US_ASCII));

    private KeyScan() {}

    /** The files under a folder that hold a key. */
    static List<Path> under(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (holdsKey(file)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    /** Whether a file holds a key. */
    static boolean holdsKey(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return MARKS.stream().anyMatch(mark -> contains(bytes, mark));
    }

    private static boolean contains(byte[] bytes, byte[] mark) {
        for (int at = 0; at + mark.length <= bytes.length; at++) {
            int same = 0;
            while (same < mark.length && bytes[at + same] == mark[same]) {
                same++;
            }
            if (same == mark.length) {
                return true;
            }
        }
        return false;
    }
}
