package dev.gibbon.sidecar.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.sidecar.testing.Hellos;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirstBytesDetectorTest {
    private static final FirstBytes UNKNOWN = new FirstBytes.Unknown();
    private static final FirstBytes PLAIN = new FirstBytes.Plain();
    private static final FirstBytes.Tls EXPECTED =
            new FirstBytes.Tls("www.example.com", List.of("gibbon/1/x", "http/1.1"));
    private static final byte[] HELLO =
            Hellos.handshake("WWW.example.com", List.of("gibbon/1/x", "http/1.1"), 40);

    private static FirstBytes detect(byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        FirstBytes found = FirstBytesDetector.detect(buffer);
        assertThat(buffer.readerIndex()).isZero();
        assertThat(buffer.readableBytes()).isEqualTo(bytes.length);
        return found;
    }

    @ParameterizedTest
    @CsvSource({
        "'',unknown",
        "16,unknown",
        "1603,unknown",
        "160301,unknown",
        "16030100,unknown",
        "1603010000,plain",
        "160301ffff,plain",
        "1602,plain",
        "17,plain",
        "00,plain",
        "474554202f,plain",
        "160301000402,plain",
        "160301000401,unknown",
        "16030100040100ffff,plain",
        "160301000401000000,plain",
        "1603010006010000020303,plain",
    })
    void tellsWhatBytesAre(String hex, String expected) {
        assertThat(detect(HexFormat.of().parseHex(hex)))
                .isEqualTo(expected.equals("plain") ? PLAIN : UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 50, 16384})
    void clientHelloIsFoundHoweverItIsSplitIntoRecords(int recordLength) {
        assertThat(detect(Hellos.records(HELLO, recordLength))).isEqualTo(EXPECTED);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 16384})
    void everyPrefixOfAClientHelloIsUnknown(int recordLength) {
        byte[] whole = Hellos.records(HELLO, recordLength);
        for (int length = 0; length < whole.length; length++) {
            assertThat(detect(Arrays.copyOf(whole, length)))
                    .as("%d bytes", length)
                    .isEqualTo(UNKNOWN);
        }
    }

    @Test
    void bytesBehindTheClientHelloDoNotMatter() {
        byte[] whole = Hellos.records(HELLO, 16384);
        assertThat(detect(Arrays.copyOf(whole, whole.length + 100))).isEqualTo(EXPECTED);
    }

    @Test
    void clientHelloWithoutExtensionsHasNoName() {
        byte[] bytes = Hellos.records(Hellos.handshake(null, List.of(), 0), 16384);
        assertThat(detect(bytes)).isEqualTo(new FirstBytes.Tls(null, List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\u0000b", "a\nb", "\u00e4.example"})
    void nameThatIsNoneIsLeftOut(String name) {
        byte[] bytes = Hellos.records(Hellos.handshake(name, List.of(), 0), 16384);
        assertThat(detect(bytes)).isEqualTo(new FirstBytes.Tls(null, List.of()));
    }

    @Test
    void addressAsNameIsKept() {
        byte[] bytes = Hellos.records(Hellos.handshake("127.0.0.5", List.of(), 0), 16384);
        assertThat(detect(bytes)).isEqualTo(new FirstBytes.Tls("127.0.0.5", List.of()));
    }

    @Test
    void largestClientHelloIsRead() {
        byte[] largest =
                Hellos.handshake(
                        "a", List.of(), 16_384 - Hellos.handshake("a", List.of(), 0).length);
        byte[] larger =
                Hellos.handshake(
                        "a", List.of(), 16_385 - Hellos.handshake("a", List.of(), 0).length);
        assertThat(largest).hasSize(16_384);

        assertThat(detect(Hellos.records(largest, 16_384)))
                .isEqualTo(new FirstBytes.Tls("a", List.of()));
        assertThat(detect(Hellos.records(larger, 16_384))).isEqualTo(PLAIN);
    }

    @Test
    void endlessRecordsAreGivenUp() {
        byte[] whole = Hellos.records(Hellos.handshake("a", List.of(), 16_000), 1);
        byte[] most = Arrays.copyOf(whole, FirstBytesDetector.MAX_BYTES);
        assertThat(detect(Arrays.copyOf(most, most.length - 1))).isEqualTo(UNKNOWN);
        assertThat(detect(most)).isEqualTo(PLAIN);
    }

    @Test
    void neverThrowsWhateverTheBytes() {
        Random random = new Random(20261122);
        int tls = 0;
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = Hellos.records(HELLO, 1 + random.nextInt(300)).clone();
            int changes = random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(3) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            }
            if (detect(bytes) instanceof FirstBytes.Tls) {
                tls++;
            }
        }
        assertThat(tls).isGreaterThan(10_000);
    }

    @Test
    void httpRequestIsPlain() {
        assertThat(detect("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(PLAIN);
    }
}
