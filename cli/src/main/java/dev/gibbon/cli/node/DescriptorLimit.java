package dev.gibbon.cli.node;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.gibbon.core.log.Log;
import java.lang.management.ManagementFactory;

/**
 * How many connections the process may hold with the file descriptors that it has. Beyond those
 * nothing works any more, not even the log: so less is taken on than was asked for.
 *
 * @param descriptors as of {@code ulimit -n}
 */
record DescriptorLimit(long descriptors) {
    // Libraries, logs, the database, listeners, idle upstream connections.
    private static final int RESERVED = 256;
    private static final int PER_CONNECTION = 2;

    /** The limit of this process. The JVM has raised it as far as it may. */
    static DescriptorLimit ofThisProcess() {
        return new DescriptorLimit(
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                        ? os.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE);
    }

    /**
     * As many connections as are wanted, or fewer: one to the client and one to the upstream each.
     *
     * @param wanted at least 1
     */
    int connections(int wanted, Log log) {
        long possible = Math.max((descriptors - RESERVED) / PER_CONNECTION, 1);
        if (wanted <= possible) {
            return wanted;
        }
        log.warn(
                "fewer connections than GIBBON_MAX_CONNECTIONS, for want of file descriptors",
                "wanted",
                wanted,
                "taken",
                possible,
                "descriptors",
                descriptors,
                "expected",
                "ulimit -n of at least " + ((long) wanted * PER_CONNECTION + RESERVED));
        return (int) possible;
    }
}
