package dev.gibbon.sidecar.leg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.decision.LegHeader;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LegHeaderCodecTest {
    private static final UUID SERVICE = new UUID(1, 2);
    private static final UUID ROUTE = new UUID(3, 4);

    private static LegHeader header(String source, String destination) {
        return new LegHeader(
                IpPort.parse(source).orElseThrow(),
                IpPort.parse(destination).orElseThrow(),
                Protocol.TLS,
                Protocol.TCP,
                "www.example.com",
                SERVICE,
                ROUTE);
    }

    private static byte[] encoded(LegHeader header) {
        ByteBuf buffer = LegHeaderCodec.encode(ByteBufAllocator.DEFAULT, header);
        try {
            return ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.2:41234,127.0.0.5:19000",
        "'[fd00::2]:41234','[fd00::5]:19000'",
        "127.0.0.2:41234,'[fd00::5]:19000'",
        "'[fd00::2]:1',127.0.0.5:65535",
    })
    void whatIsWrittenIsRead(String source, String destination) throws Exception {
        LegHeader header = header(source, destination);
        ByteBuf bytes = Unpooled.wrappedBuffer(encoded(header), new byte[] {42});

        assertThat(LegHeaderCodec.decode(bytes)).contains(header);
        assertThat(bytes.readByte()).isEqualTo((byte) 42);
    }

    @Test
    void isAProxyProtocolHeader() {
        LegHeader header =
                new LegHeader(
                        IpPort.parse("127.0.0.2:1").orElseThrow(),
                        IpPort.parse("127.0.0.5:2").orElseThrow(),
                        Protocol.TCP,
                        Protocol.TCP,
                        null,
                        null,
                        null);
        assertThat(HexFormat.of().formatHex(encoded(header)))
                .isEqualTo(
                        "0d0a0d0a000d0a515549540a"
                                + "21"
                                + "11"
                                + "0018"
                                + "7f000002"
                                + "7f000005"
                                + "0001"
                                + "0002"
                                + "e00003746370"
                                + "e10003746370");
    }

    @Test
    void everyPrefixIsIncomplete() throws Exception {
        byte[] whole = encoded(header("127.0.0.2:1", "127.0.0.5:2"));
        for (int length = 0; length < whole.length; length++) {
            ByteBuf part = Unpooled.wrappedBuffer(whole, 0, length);
            assertThat(LegHeaderCodec.decode(part)).isEmpty();
            assertThat(part.readerIndex()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "474554,not a PROXY",
        "0d0a0d0a000d0a515549540a20110000,PROXY over TCP",
        "0d0a0d0a000d0a515549540a21120000,PROXY over TCP",
        "0d0a0d0a000d0a515549540a211103f1,at most 1024",
        "0d0a0d0a000d0a515549540a21110000,cut short",
        "0d0a0d0a000d0a515549540a2111000c7f0000027f00000500010002,is missing",
        "0d0a0d0a000d0a515549540a211100107f0000027f00000500010002e0000574,cut short",
        "0d0a0d0a000d0a515549540a211100107f0000027f00000500010002e0000174,unknown protocol",
        "0d0a0d0a000d0a515549540a211100107f0000027f00000500010002e3000174,not 16 bytes",
    })
    void refusesWhatIsNotAHeader(String hex, String message) {
        ByteBuf bytes = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> LegHeaderCodec.decode(bytes))
                .isInstanceOf(LegHeaderCodec.MalformedHeaderException.class)
                .hasMessageContaining(message);
    }

    @Test
    void anyBytesAreReadOrRefused() {
        Random random = new Random(7);
        byte[] good = encoded(header("127.0.0.2:1", "[fd00::5]:2"));
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = good.clone();
            for (int i = 0; i < 3; i++) {
                bytes[12 + random.nextInt(bytes.length - 12)] = (byte) random.nextInt();
            }
            try {
                assertThat(LegHeaderCodec.decode(Unpooled.wrappedBuffer(bytes))).isNotNull();
            } catch (LegHeaderCodec.MalformedHeaderException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
