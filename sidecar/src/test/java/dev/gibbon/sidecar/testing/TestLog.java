package dev.gibbon.sidecar.testing;

import dev.gibbon.core.log.Log;
import java.util.Arrays;

/** Prints to standard output when the tests run with {@code -Dgibbon.test.log=true}. */
final class TestLog implements Log {
    private final String name;

    TestLog(String name) {
        this.name = name;
    }

    @Override
    public boolean isEnabled(Level level) {
        return Boolean.getBoolean("gibbon.test.log");
    }

    @Override
    public void log(Level level, String message, Object... keyValues) {
        if (isEnabled(level)) {
            System.out.println(
                    name + " " + level + " " + message + " " + Arrays.toString(keyValues));
        }
    }
}
