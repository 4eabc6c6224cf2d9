package dev.gibbon.operator.cluster;

import dev.gibbon.core.log.Log;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what was logged. */
final class RecordingLog implements Log {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    List<String> lines() {
        return lines;
    }

    @Override
    public boolean isEnabled(Level level) {
        return true;
    }

    @Override
    public void log(Level level, String message, @Nullable Object... keyValues) {
        lines.add(level + " " + message + " " + Arrays.toString(keyValues));
    }
}
