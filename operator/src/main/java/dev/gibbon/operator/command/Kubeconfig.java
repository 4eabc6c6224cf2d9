package dev.gibbon.operator.command;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that name a cluster, read the way kubectl does: of several the first that defines a
 * name counts, and of a list files that do not exist are left out. The client's library takes what
 * is broken for nothing and then asks {@code kubernetes.default.svc}; so it is looked at before.
 */
final class Kubeconfig {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final int LONGEST_REASON = 160;

    private final String files;
    private final String current;
    private final SequencedMap<String, Context> contexts = new LinkedHashMap<>();
    private final Map<String, Cluster> clusters = new LinkedHashMap<>();
    private final Map<String, AuthInfo> users = new LinkedHashMap<>();

    private Kubeconfig(SequencedMap<Path, Config> read) {
        files = String.join(", ", read.keySet().stream().map(Path::toString).toList());
        String first = "";
        for (Config config : read.values()) {
            String named = Objects.requireNonNullElse(config.getCurrentContext(), "");
            first = first.isEmpty() ? named : first;
            for (NamedContext one : given(config.getContexts())) {
                contexts.putIfAbsent(String.valueOf(one.getName()), one.getContext());
            }
            for (NamedCluster one : given(config.getClusters())) {
                clusters.putIfAbsent(String.valueOf(one.getName()), one.getCluster());
            }
            for (NamedAuthInfo one : given(config.getUsers())) {
                users.putIfAbsent(String.valueOf(one.getName()), one.getUser());
            }
        }
        current = first;
    }

    /** The library makes null of what is only a key. */
    private static <T> List<T> given(@Nullable List<T> list) {
        return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
    }

    /**
     * What KUBECONFIG names.
     *
     * @param value of the variable: files, with colons between them
     * @throws CommandFailure with exit code 2 when one cannot be read, or none is there
     */
    static Kubeconfig ofVariable(String value) throws CommandFailure {
        List<Path> named =
                Arrays.stream(value.split(File.pathSeparator, -1))
                        .filter(one -> !one.isBlank())
                        .map(Path::of)
                        .toList();
        List<Path> there = named.stream().filter(Files::exists).toList();
        if (there.isEmpty()) {
            throw CommandFailure.ofUsage(
                    "KUBECONFIG names " + value + ": no such file (expected: a kubeconfig)");
        }
        return read(there);
    }

    /**
     * One file.
     *
     * @throws CommandFailure with exit code 2 when it cannot be read
     */
    static Kubeconfig ofFile(Path file) throws CommandFailure {
        if (!Files.exists(file)) {
            throw CommandFailure.ofUsage(file + ": no such file (expected: a kubeconfig)");
        }
        return read(List.of(file));
    }

    private static Kubeconfig read(List<Path> files) throws CommandFailure {
        SequencedMap<Path, Config> read = new LinkedHashMap<>();
        for (Path file : files) {
            read.put(file, read(file));
        }
        return new Kubeconfig(read);
    }

    private static Config read(Path file) throws CommandFailure {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException _) {
            throw CommandFailure.ofUsage(
                    file
                            + ": "
                            + (Files.isDirectory(file) ? "a directory" : "cannot be read")
                            + " (expected: a kubeconfig)");
        }
        if (text.isBlank()) {
            throw CommandFailure.ofUsage(file + ": empty (expected: a kubeconfig)");
        }
        try {
            Config config = YAML.unmarshal(text, Config.class);
            if (config != null) {
                return config;
            }
        } catch (RuntimeException e) {
            throw CommandFailure.ofUsage(
                    file + ": " + reason(e) + " (expected: a kubeconfig, YAML)");
        }
        throw CommandFailure.ofUsage(file + ": empty (expected: a kubeconfig)");
    }

    /** The parser's first line, which says where; it can quote a file that is something else. */
    private static String reason(RuntimeException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String first =
                String.valueOf(cause.getMessage())
                        .lines()
                        .findFirst()
                        .orElse("")
                        .replaceAll("[^ -~]", "?");
        return "not readable: "
                + (first.length() > LONGEST_REASON
                        ? first.substring(0, LONGEST_REASON) + "..."
                        : first);
    }

    /**
     * Looks whether a context says which cluster is meant, and by whom it is asked.
     *
     * @param wanted null for the current one
     * @param path where programs are looked for
     * @throws CommandFailure with exit code 2 when something is missing
     */
    void require(@Nullable String wanted, String path) throws CommandFailure {
        String name = wanted == null ? current : wanted;
        if (name.isEmpty()) {
            throw CommandFailure.ofUsage(
                    files
                            + ": no current context (expected: --context with one of "
                            + known()
                            + ")");
        }
        Context context = contexts.get(name);
        if (context == null) {
            throw CommandFailure.ofUsage(
                    files
                            + ": no context "
                            + quoted(name)
                            + (wanted == null ? ", which is the current one" : "")
                            + " (expected: --context with one of "
                            + known()
                            + ")");
        }
        Cluster cluster = clusters.get(String.valueOf(context.getCluster()));
        if (cluster == null || cluster.getServer() == null || cluster.getServer().isBlank()) {
            throw CommandFailure.ofUsage(
                    files
                            + ": context "
                            + quoted(name)
                            + " has no cluster with a server (expected: one of the name "
                            + quoted(String.valueOf(context.getCluster()))
                            + ")");
        }
        String userName = Objects.requireNonNullElse(context.getUser(), "");
        AuthInfo user = users.get(userName);
        if (user == null && !userName.isEmpty()) {
            throw CommandFailure.ofUsage(
                    files + ": context " + quoted(name) + " has no user " + quoted(userName));
        }
        if (user != null && user.getExec() != null) {
            requireProgram(userName, String.valueOf(user.getExec().getCommand()), path);
        }
    }

    private void requireProgram(String user, String program, String path) throws CommandFailure {
        List<Path> places = new ArrayList<>();
        if (program.contains("/")) {
            places.add(Path.of(program));
        } else {
            for (String folder : path.split(File.pathSeparator, -1)) {
                places.add(Path.of(folder, program));
            }
        }
        // A path may be meant from the file's folder, which is not known of merged ones.
        if (places.stream().noneMatch(Files::isExecutable)
                && (!program.contains("/") || Path.of(program).isAbsolute())) {
            throw CommandFailure.ofUsage(
                    files
                            + ": user "
                            + quoted(user)
                            + " gets its credentials from the program "
                            + quoted(program)
                            + ", which is not there (expected: it is installed, and on PATH)");
        }
    }

    private String known() {
        return contexts.isEmpty()
                ? "none that there is"
                : String.join(
                        ", ", contexts.sequencedKeySet().stream().map(Kubeconfig::quoted).toList());
    }

    /** A file's text, made fit for a message. */
    private static String quoted(String text) {
        return "'" + text.replaceAll("[^ -~]", "?") + "'";
    }
}
