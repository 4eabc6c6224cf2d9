package dev.gibbon.core.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.feed.FeedMessage.Upsert;
import dev.gibbon.core.json.JsonFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedCodecTest {
    /** Rewrite with {@code -Dgibbon.rewriteGoldens=true}; a golden changes only with a version. */
    private static final boolean REWRITE = Boolean.getBoolean("gibbon.rewriteGoldens");

    private static final Path GOLDENS = Path.of("src/test/resources/feed");

    static Stream<String> names() {
        return FeedExamples.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void messageIsWrittenAsItsGoldenAndReadBack(String name) throws Exception {
        FeedMessage message = Objects.requireNonNull(FeedExamples.all().get(name));
        Path golden = GOLDENS.resolve(name + ".json");
        byte[] line = FeedCodec.encode(message);
        if (REWRITE) {
            Files.writeString(golden, new String(line, StandardCharsets.UTF_8) + "\n");
        }

        assertThat(new String(line, StandardCharsets.UTF_8) + "\n")
                .isEqualTo(Files.readString(golden));
        assertThat(FeedCodec.decode(line)).isEqualTo(new Decoded.Known(message));
    }

    @Test
    void everyGoldenHasItsMessage() throws IOException {
        try (Stream<Path> files = Files.list(GOLDENS)) {
            Set<String> onDisk =
                    files.map(file -> file.getFileName().toString())
                            .filter(file -> file.endsWith(".json"))
                            .map(file -> file.replace(".json", ""))
                            .collect(Collectors.toSet());

            assertThat(onDisk).isEqualTo(new TreeSet<>(FeedExamples.all().keySet()));
        }
    }

    @Test
    void unknownFieldsTypesAndKindsAreIgnored() throws Exception {
        assertThat(decode("{\"type\":\"ack\",\"revision\":7,\"mood\":{\"good\":[1,2.5,null]}}"))
                .isEqualTo(new Decoded.Known(new FeedMessage.Ack(7)));
        assertThat(decode("{\"type\":\"drain\"}")).isEqualTo(new Decoded.Ignored("type drain"));
        assertThat(decode("{\"type\":\"upsert\",\"kind\":\"plugin\",\"resource\":{}}"))
                .isEqualTo(new Decoded.Ignored("kind plugin"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"drain\",\"must\":[\"type\"]}",
                "{\"type\":\"ack\",\"revision\":7,\"mood\":1,\"must\":[\"mood\"]}",
                "{\"type\":\"ack\",\"revision\":7,\"must\":[\"mood\"]}",
                "{\"type\":\"upsert\",\"kind\":\"plugin\",\"resource\":{},\"must\":[\"kind\"]}",
                "{\"type\":\"upsert\",\"kind\":\"settings\",\"must\":[\"resource.deny\"],"
                        + "\"resource\":{\"trust_domain\":\"m\",\"address_check\":\"enforce\","
                        + "\"deny\":true}}"
            })
    void whatMustBeUnderstoodIsNotIgnored(String line) throws Exception {
        assertThat(decode(line)).isInstanceOf(Decoded.Unsupported.class);
    }

    @Test
    void verificationThatAServiceDemandsMustBeUnderstood() throws Exception {
        String line =
                new String(
                        FeedCodec.encode(new Upsert(FeedExamples.service("web", true))),
                        StandardCharsets.UTF_8);

        assertThat(line).contains("\"must\":[\"resource.tls_verify\"]");
        assertThat(decode(line)).isInstanceOf(Decoded.Known.class);
    }

    @Test
    void whatNarrowsARuleMustBeUnderstood() throws Exception {
        String line =
                new String(
                        FeedCodec.encode(new Upsert(FeedExamples.forParent("k"))),
                        StandardCharsets.UTF_8);

        assertThat(line).contains("\"must\":[\"resource.headers\",\"resource.destination\"]");
        assertThat(decode(line)).isInstanceOf(Decoded.Known.class);
        // As a reader of the version before would take it: the field is not one it looks at.
        assertThat(decode(line.replace("\"headers\":", "\"other\":")))
                .isInstanceOf(Decoded.Unsupported.class);
    }

    @Test
    void authoritiesOfAServiceMustBeUnderstood() throws Exception {
        String line =
                new String(
                        FeedCodec.encode(
                                new Upsert(
                                        new FeedResource.ServiceResource(
                                                FeedExamples.service("web", true)
                                                        .service()
                                                        .withCa("pem")))),
                        StandardCharsets.UTF_8);

        assertThat(line).contains("\"must\":[\"resource.tls_verify\",\"resource.ca\"]");
        assertThat(decode(line)).isInstanceOf(Decoded.Known.class);
    }

    @Test
    void clientCertificateMustBeUnderstood() throws Exception {
        String line =
                new String(
                        FeedCodec.encode(new Upsert(FeedExamples.withClientCertificate())),
                        StandardCharsets.UTF_8);

        assertThat(line).contains("\"must\":[\"resource.client_certificate\"]");
        assertThat(decode(line)).isInstanceOf(Decoded.Known.class);
        // As a reader of the version before would take it: the field is not one it looks at.
        assertThat(decode(line.replace("\"client_certificate\":", "\"other\":")))
                .isInstanceOf(Decoded.Unsupported.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"chain\":7,\"key\":\"very-secret\"",
                "\"key\":\"very-secret\"",
                "\"chain\":\"c\",\"key\":{\"very-secret\":1}",
                "\"chain\":\"c\",\"key\":[\"very-secret\"]",
                "\"chain\":\"c\",\"key\":\"very-secret",
            })
    void malformedClientCertificateIsRefusedWithoutQuotingTheKey(String fields) {
        String line =
                new String(
                        FeedCodec.encode(new Upsert(FeedExamples.withClientCertificate())),
                        StandardCharsets.UTF_8);
        int from = line.indexOf("\"chain\"");
        int to = line.indexOf('}', from);

        assertThatThrownBy(() -> decode(line.substring(0, from) + fields + line.substring(to)))
                .isInstanceOf(JsonFormatException.class)
                .hasMessageNotContaining("very-secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "7",
                "{",
                "{}",
                "{} {}",
                "{\"type\":7}",
                "{\"type\":\"ack\"}",
                "{\"type\":\"ack\",\"revision\":\"7\"}",
                "{\"type\":\"ack\",\"revision\":7.5}",
                "{\"type\":\"ack\",\"revision\":123456789012345678901234567890}",
                "{\"type\":\"ack\",\"type\":\"ack\",\"revision\":7}",
                "{\"type\":\"ack\",\"revision\":99999999999999999999}",
                "{\"type\":\"hello\",\"versions\":[\"1\"],\"kinds\":[],\"name\":\"b\"}",
                "{\"type\":\"upsert\",\"kind\":\"service\"}",
                "{\"type\":\"upsert\",\"kind\":\"service\",\"resource\":{\"id\":\"x\"}}",
                "{\"a\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}"
            })
    void malformedLinesAreRefused(String line) {
        assertThatThrownBy(() -> decode(line)).isInstanceOf(JsonFormatException.class);
    }

    @Test
    void longLinesAndStringsAreRefused() {
        assertThatThrownBy(() -> decode("{\"type\":\"" + "x".repeat(1 << 20) + "\"}"))
                .isInstanceOf(JsonFormatException.class);
        assertThatThrownBy(() -> decode("{\"type\":\"" + "x".repeat(70_000) + "\"}"))
                .isInstanceOf(JsonFormatException.class);
    }

    @Test
    void mutatedLinesFailWithTheDeclaredExceptionOnly() {
        Random random = new Random(7);
        int refused = 0;
        for (FeedMessage message : FeedExamples.all().values()) {
            for (int i = 0; i < 1_000; i++) {
                byte[] line = FeedCodec.encode(message);
                for (int flips = random.nextInt(3); flips >= 0; flips--) {
                    line[random.nextInt(line.length)] = (byte) random.nextInt(256);
                }
                try {
                    assertThat(FeedCodec.decode(line)).isNotNull();
                } catch (JsonFormatException e) {
                    assertThat(e.getMessage()).matches("[\\x20-\\x7e]*");
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    private static Decoded decode(String line) throws JsonFormatException {
        return FeedCodec.decode(line.getBytes(StandardCharsets.UTF_8));
    }
}
