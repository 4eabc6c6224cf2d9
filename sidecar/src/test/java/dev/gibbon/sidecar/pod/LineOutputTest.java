package dev.gibbon.sidecar.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LineOutputTest {
    private final AtomicInteger dropped = new AtomicInteger();

    @Test
    void whatWasTakenIsWrittenInOrderBeforeItIsClosed() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineOutput lines = new LineOutput(out, 2_000, dropped::incrementAndGet);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            lines.accept("line " + i);
            expected.append("line ").append(i).append('\n');
        }

        lines.close();

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
        assertThat(dropped).hasValue(0);
    }

    @Test
    void outputThatStandsStillCostsLinesAndNoTime() throws Exception {
        CountDownLatch inWrite = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        OutputStream stuck =
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        inWrite.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                    }
                };
        try (LineOutput lines = new LineOutput(stuck, 10, dropped::incrementAndGet)) {
            lines.accept("first");
            inWrite.await();
            for (int i = 0; i < 15; i++) {
                lines.accept("more");
            }

            assertThat(dropped).hasValue(5);
            goOn.countDown();
        }
    }
}
