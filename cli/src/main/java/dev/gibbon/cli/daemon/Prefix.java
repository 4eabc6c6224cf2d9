package dev.gibbon.cli.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/**
 * The folder that holds all that a node keeps, e.g. {@code gibbon-a}.
 *
 * @param root absolute
 */
public record Prefix(Path root) {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE);

    public Prefix {
        root = root.toAbsolutePath().normalize();
    }

    /** The last part of the path, which is the node's name on this host. */
    public String name() {
        Path last = root.getFileName();
        return last == null ? "gibbon" : last.toString();
    }

    public Path pidFile() {
        return root.resolve("pids/gibbon.pid");
    }

    Path lockFile() {
        return root.resolve("pids/lock");
    }

    public Path errorLog() {
        return root.resolve("logs/error.log");
    }

    public Path accessLog() {
        return root.resolve("logs/access.log");
    }

    /** Where the control plane keeps its configuration. */
    public Path database() {
        return root.resolve("data/gibbon.db");
    }

    /** Where the control plane keeps its authority's key, readable by the owner alone. */
    public Path authority() {
        return root.resolve("data/authority");
    }

    /**
     * Makes the folders; those with secrets are the owner's alone.
     *
     * @return whether the prefix was not there before
     */
    public boolean create() throws IOException {
        boolean made = Files.notExists(root);
        Files.createDirectories(root);
        Files.createDirectories(root.resolve("pids"));
        Files.createDirectories(root.resolve("logs"));
        Path data = Files.createDirectories(root.resolve("data"));
        Files.setPosixFilePermissions(data, OWNER_ONLY);
        return made;
    }

    /**
     * Removes the files and folders in which nothing is; for whoever has the lock. What cannot be
     * removed stays: why the node did not start is more important to tell.
     */
    void removeEmpty() {
        for (Path file : List.of(errorLog(), accessLog(), lockFile())) {
            try {
                if (Files.exists(file) && Files.size(file) == 0) {
                    Files.delete(file);
                }
            } catch (IOException _) {
                // Then its folder stays as well.
            }
        }
        for (String folder : List.of("pids", "logs", "data", "")) {
            try {
                Files.deleteIfExists(root.resolve(folder));
            } catch (IOException _) {
                // Most likely something is in it.
            }
        }
    }
}
