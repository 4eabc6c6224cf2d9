package dev.gibbon.core.log;

import java.io.PrintWriter;

/** What a program ends with whose output did not get through: what was not printed was not done. */
public final class LostOutput {
    private LostOutput() {}

    /**
     * Looks whether all has got through, and says so on {@code err} if not.
     *
     * @param exitCode what the program would end with
     * @param out on the standard output, flushed here
     * @return 1 in place of 0 when something was lost
     */
    public static int exitCode(int exitCode, PrintWriter out, PrintWriter err) {
        boolean lost = out.checkError();
        if (lost) {
            err.println(
                    "gibbon: standard output cannot be written (expected: space, and a reader)");
        }
        err.flush();
        return lost && exitCode == 0 ? 1 : exitCode;
    }
}
