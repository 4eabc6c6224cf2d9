package dev.gibbon.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LostOutputTest {
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "2, 2"})
    void whatCouldNotBePrintedHasNotBeenDone(int exitCode, int expected) {
        OutputStream full =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("no space left");
                    }
                };
        PrintWriter out = new PrintWriter(new PrintStream(full), false, StandardCharsets.UTF_8);
        StringWriter err = new StringWriter();
        out.print("hello");

        assertThat(LostOutput.exitCode(exitCode, out, new PrintWriter(err))).isEqualTo(expected);
        assertThat(err.toString()).contains("standard output cannot be written");
    }

    @Test
    void whatWasPrintedEndsAsItDid() {
        StringWriter err = new StringWriter();
        PrintWriter out = new PrintWriter(new StringWriter());

        assertThat(LostOutput.exitCode(2, out, new PrintWriter(err))).isEqualTo(2);
        assertThat(err.toString()).isEmpty();
    }
}
