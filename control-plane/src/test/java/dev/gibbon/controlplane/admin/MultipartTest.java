package dev.gibbon.controlplane.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTest {

    private static Optional<List<UrlEncoded.Argument>> read(String type, String body) {
        return Multipart.read(type, body.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void partsAreNamedTexts() {
        String body =
                """
                preamble
                --b.1
                Content-Disposition: form-data; name="name"

                wäb
                --b.1
                content-disposition: form-data; filename="f"; name="cert"
                Content-Type: text/plain

                line 1

                line 2
                --b.1
                Content-Disposition: form-data; name="empty"


                --b.1--
                """;

        assertThat(read("multipart/form-data; boundary=b.1", body))
                .contains(
                        List.of(
                                new UrlEncoded.Argument("name", "wäb"),
                                new UrlEncoded.Argument("cert", "line 1\r\n\r\nline 2"),
                                new UrlEncoded.Argument("empty", "")));
        assertThat(read("multipart/form-data; charset=x; boundary=\"b.1\"", body))
                .isEqualTo(read("multipart/form-data; boundary=b.1", body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--b",
                "--b\nContent-Disposition: form-data; name=\"a\"\n\nx",
                "--b\nContent-Disposition: form-data\n\nx\n--b--",
                "--b\n\nx\n--b--",
                "--b\nContent-Disposition: form-data; name=\"a\"\n--b--",
            })
    void aMalformedBodyIsRefused(String body) {
        assertThat(read("multipart/form-data; boundary=b", body)).isEmpty();
    }

    @Test
    void aTypeWithoutABoundaryIsRefused() {
        assertThat(read("multipart/form-data", "--b--")).isEmpty();
    }

    @Test
    void noPartsAreNoArguments() {
        assertThat(read("multipart/form-data; boundary=b", "--b--")).contains(List.of());
    }
}
