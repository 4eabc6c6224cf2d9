package dev.gibbon.operator.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.operator.inject.InjectionSettings;
import dev.gibbon.operator.inject.Injector;
import dev.gibbon.operator.inject.LogLevel;
import dev.gibbon.operator.inject.SidecarResources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gibbon inject}: what the webhook does, done to a file. */
@Command(
        name = "inject",
        description = {
            "Puts the sidecar into the pods and pod templates of a manifest, and prints it.",
            "",
            "Pods, Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs and CronJobs are injected"
                    + " unless they opt out; all other objects pass as they are. What was done is"
                    + " said on standard error. When one object is refused, nothing is printed."
        },
        mixinStandardHelpOptions = true,
        versionProvider = KubernetesCommands.class,
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  gibbon inject -f deployment.yaml | kubectl apply -f -",
            "",
            "Exit codes: 0 done, 1 an object was refused or the input cannot be read, 2 wrong usage."
        })
final class InjectCommand implements Callable<Integer> {
    /** As the chart names it. */
    private static final String IMAGE = "gibbon.dev/gibbon-sidecar";

    private final InputStream in;
    private final String version;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "YAML or JSON, any number of documents; - for standard input.")
    private String file = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "yaml (default) or json.")
    private String output = "yaml";

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Of objects that name none. Default: ${DEFAULT-VALUE}.")
    private String namespace = "default";

    @Option(
            names = "--mesh-namespace",
            paramLabel = "NAME",
            description = "Where the operator is. Default: ${DEFAULT-VALUE}.")
    private String meshNamespace = "gibbon-system";

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "Of sidecar and capture. Default: " + IMAGE + ":<this version>.")
    private @Nullable String image;

    /**
     * @param in what {@code -f -} reads
     * @param version of this program
     */
    InjectCommand(InputStream in, String version) {
        this.in = in;
        this.version = version;
    }

    @Override
    public Integer call() throws CommandFailure {
        ManifestFormat format = format();
        ClusterOptions.requireName(line(), "--namespace", namespace);
        ClusterOptions.requireName(line(), "--mesh-namespace", meshNamespace);
        ManifestInjector injector = new ManifestInjector(new Injector(settings()), namespace);
        List<JsonNode> injected = new ArrayList<>();
        for (JsonNode document : ManifestReader.read(text())) {
            injected.add(injector.inject(document));
        }
        injector.report().forEach(line().getErr()::println);
        if (injected.isEmpty()) {
            throw new CommandFailure(file + ": no document (expected: at least one)");
        }
        if (injector.refused() > 0) {
            throw new CommandFailure(
                    injector.refused() + " refused, nothing printed (expected: see above)");
        }
        injected.forEach(document -> line().getOut().print(format.print(document)));
        line().getOut().flush();
        return 0;
    }

    private ManifestFormat format() {
        for (ManifestFormat format : ManifestFormat.values()) {
            if (format.toString().equals(output)) {
                return format;
            }
        }
        throw usage("--output: " + output + " (expected: yaml or json)");
    }

    private InjectionSettings settings() {
        try {
            return new InjectionSettings(
                    meshNamespace,
                    version,
                    image == null ? IMAGE + ":" + version : image,
                    "IfNotPresent",
                    "gibbon-operator." + meshNamespace + ".svc:8005",
                    LogLevel.INFO,
                    SidecarResources.DEFAULT,
                    null,
                    null);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private String text() throws CommandFailure {
        try {
            byte[] content =
                    file.equals("-") ? in.readAllBytes() : Files.readAllBytes(Path.of(file));
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException _) {
            throw new CommandFailure(file + ": not UTF-8 (expected: YAML or JSON)");
        } catch (InvalidPathException | NoSuchFileException _) {
            throw new CommandFailure(file + ": no such file");
        } catch (AccessDeniedException _) {
            throw new CommandFailure(file + ": this user may not read it");
        } catch (IOException e) {
            throw new CommandFailure(
                    Files.isDirectory(Path.of(file))
                            ? file + ": a directory (expected: a file)"
                            : file + ": cannot be read: " + e.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(line(), message);
    }

    private CommandLine line() {
        return Objects.requireNonNull(spec, "set by picocli").commandLine();
    }
}
