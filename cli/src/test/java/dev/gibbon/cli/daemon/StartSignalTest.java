package dev.gibbon.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StartSignalTest {

    @Test
    void whatIsWrittenIsRead() throws IOException {
        assertThat(throughAPipe(new StartSignal.Ready(""))).isEqualTo(new StartSignal.Ready(""));
        assertThat(throughAPipe(new StartSignal.Failed("port 8001 is in use")))
                .isEqualTo(new StartSignal.Failed("port 8001 is in use"));
    }

    @Test
    void whatIsMissingIsReadAsWell() throws IOException {
        assertThat(throughAPipe(new StartSignal.Ready("no configuration")))
                .isEqualTo(new StartSignal.Ready("no configuration"));
    }

    @Test
    void aSentenceStaysOnOneLine() throws IOException {
        assertThat(throughAPipe(new StartSignal.Failed("one\ntwo")))
                .isEqualTo(new StartSignal.Failed("one two"));
    }

    @Test
    void whatElseTheProcessPrintsIsPassedOver() throws IOException {
        assertThat(read("a warning of the JVM\nready\n")).isEqualTo(new StartSignal.Ready(""));
    }

    @Test
    void aProcessThatEndsWithoutASignalHasFailed() throws IOException {
        assertThat(read("")).isInstanceOf(StartSignal.Failed.class);
    }

    private static StartSignal throughAPipe(StartSignal signal) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        signal.write(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return read(bytes.toString(StandardCharsets.UTF_8));
    }

    private static StartSignal read(String text) throws IOException {
        return StartSignal.read(new BufferedReader(new StringReader(text)));
    }
}
