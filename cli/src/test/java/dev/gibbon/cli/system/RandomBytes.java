package dev.gibbon.cli.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Streams of bytes that a seed gives, and what has arrived of them. */
final class RandomBytes {
    private static final int CHUNK = 64 * 1024;

    private RandomBytes() {}

    /** How many bytes, and their SHA-256. */
    record Sum(long size, String sha256) {}

    static byte[] of(long seed, int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /** Sends so many bytes; the stream stays open. */
    static Sum send(OutputStream out, long seed, long size) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK];
        for (long left = size; left > 0; left -= Math.min(left, CHUNK)) {
            random.nextBytes(chunk);
            int length = (int) Math.min(left, CHUNK);
            digest.update(chunk, 0, length);
            out.write(chunk, 0, length);
        }
        out.flush();
        return new Sum(size, HexFormat.of().formatHex(digest.digest()));
    }

    /** Takes all there is until the end. */
    static Sum receive(InputStream in) throws IOException {
        return receive(in, Long.MAX_VALUE);
    }

    /** Takes so many bytes, or what there is until the end. */
    static Sum receive(InputStream in, long limit) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK];
        long size = 0;
        while (size < limit) {
            int length = in.read(chunk, 0, (int) Math.min(CHUNK, limit - size));
            if (length < 0) {
                break;
            }
            digest.update(chunk, 0, length);
            size += length;
        }
        return new Sum(size, HexFormat.of().formatHex(digest.digest()));
    }

    /** Sends back what comes until the end, and then ends too. */
    static void echo(InputStream in, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            out.write(chunk, 0, length);
            out.flush();
        }
    }

    /** Sends these bytes and wants the same back. */
    static void exchange(InputStream in, OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        byte[] back = in.readNBytes(bytes.length);
        if (!Arrays.equals(back, bytes)) {
            throw new IOException(
                    "sent " + bytes.length + " bytes, got others or fewer: " + back.length);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
