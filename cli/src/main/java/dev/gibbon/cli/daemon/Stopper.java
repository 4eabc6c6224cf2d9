package dev.gibbon.cli.daemon;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops the node of a prefix: asks first, and ends it when it does not listen. */
public final class Stopper {
    /** What a node may take beyond its drain time before it is killed. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private Stopper() {}

    /** What became of the attempt. */
    public enum Outcome {
        STOPPED,
        /** It did not end in time and was killed. */
        KILLED,
        NOT_RUNNING
    }

    /**
     * @param drain how long the node may serve what is open
     */
    public static Outcome stop(Prefix prefix, Duration drain) throws IOException {
        OptionalLong pid = PrefixLock.holder(prefix);
        if (pid.isEmpty()) {
            return Outcome.NOT_RUNNING;
        }
        ProcessHandle process = ProcessHandle.of(pid.getAsLong()).orElse(null);
        if (process == null) {
            return Outcome.NOT_RUNNING;
        }
        process.destroy();
        try {
            process.onExit().get(drain.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
            return Outcome.STOPPED;
        } catch (TimeoutException e) {
            process.destroyForcibly();
            return Outcome.KILLED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the node was stopping", e);
        } catch (ExecutionException e) {
            throw new IOException("the node's end could not be awaited", e);
        }
    }
}
