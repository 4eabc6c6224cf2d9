package dev.gibbon.cli.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The one node that may run in a prefix. Closing gives the prefix free and removes the pid file.
 */
public final class PrefixLock implements AutoCloseable {
    private final Prefix prefix;
    private final FileChannel channel;

    private PrefixLock(Prefix prefix, FileChannel channel) {
        this.prefix = prefix;
        this.channel = channel;
    }

    /**
     * Takes the prefix for this process and writes its pid.
     *
     * @return empty when another process has it
     */
    public static Optional<PrefixLock> take(Prefix prefix) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        prefix.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!lock(channel)) {
            channel.close();
            return Optional.empty();
        }
        Files.writeString(prefix.pidFile(), ProcessHandle.current().pid() + "\n");
        return Optional.of(new PrefixLock(prefix, channel));
    }

    /** The process that has the prefix; empty when none does. */
    public static OptionalLong holder(Prefix prefix) throws IOException {
        try (FileChannel channel = FileChannel.open(prefix.lockFile(), StandardOpenOption.WRITE)) {
            if (lock(channel)) {
                return OptionalLong.empty();
            }
            String pid = Files.readString(prefix.pidFile()).trim();
            return pid.matches("[0-9]{1,10}")
                    ? OptionalLong.of(Long.parseLong(pid))
                    : OptionalLong.empty();
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Gives a prefix free that was made for a node which then did not start: what is empty in it,
     * and the prefix itself, is removed.
     */
    public void discard() throws IOException {
        // Another start that has the lock's file open already does not find the folder of the pid
        // file any more, and fails.
        try (this) {
            Files.deleteIfExists(prefix.pidFile());
            prefix.removeEmpty();
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(prefix.pidFile());
        channel.close();
    }
}
