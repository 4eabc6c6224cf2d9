package dev.gibbon.cli.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
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

    /** Makes the folders; those with secrets are the owner's alone. */
    public void create() throws IOException {
        Files.createDirectories(root);
        Files.createDirectories(root.resolve("pids"));
        Files.createDirectories(root.resolve("logs"));
        Path data = Files.createDirectories(root.resolve("data"));
        Files.setPosixFilePermissions(data, OWNER_ONLY);
    }
}
