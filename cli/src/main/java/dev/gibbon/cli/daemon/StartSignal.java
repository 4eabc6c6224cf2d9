package dev.gibbon.cli.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;

/**
 * How a started node tells its starter how it went: one line on standard output, {@code ready},
 * {@code ready: <remarks>} or {@code failed: <one sentence>}.
 */
public sealed interface StartSignal {

    /**
     * The node listens.
     *
     * @param remarks what the operator should know, e.g. what it still waits for before it serves;
     *     one line, empty for nothing
     */
    record Ready(String remarks) implements StartSignal {}

    /**
     * The node could not start and has ended.
     *
     * @param sentence what is wrong and what to do
     */
    record Failed(String sentence) implements StartSignal {}

    /** Writes the line; the stream is not used afterwards. */
    default void write(PrintStream out) {
        out.println(
                switch (this) {
                    case Ready(String remarks) ->
                            remarks.isEmpty() ? "ready" : "ready: " + oneLine(remarks);
                    case Failed(String sentence) -> "failed: " + oneLine(sentence);
                });
        out.flush();
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ');
    }

    /** Waits for the line. A process that ends without one has failed. */
    static StartSignal read(BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("ready")) {
                return new Ready("");
            }
            if (line.startsWith("ready: ")) {
                return new Ready(line.substring("ready: ".length()));
            }
            if (line.startsWith("failed: ")) {
                return new Failed(line.substring("failed: ".length()));
            }
        }
        return new Failed("the node ended while it started; its logs/error.log may say why");
    }
}
